//! The hands of a spreadsheet for the cells of the matrix: arrows and Enter move, Ctrl+D repeats the cell above, and
//! pasting several cells fills a block. The fields stay what they are, so the form works as well without.

use leptos::prelude::*;

/// Keys and paste for the table of cells that it holds. A cell is found by its id, `r{row}c{column}`.
#[island]
pub fn OwnershipGrid(
    /// The table.
    children: Children,
) -> impl IntoView {
    #[cfg(feature = "hydrate")]
    hands::listen();
    children()
}

#[cfg(feature = "hydrate")]
mod hands {
    use leptos::prelude::document;
    use leptos::web_sys::js_sys::{Function, Reflect};
    use leptos::web_sys::{Element, Event, HtmlInputElement, KeyboardEvent};
    use wasm_bindgen::{JsCast, JsValue, closure::Closure};

    /// Listens at the form, above the cells.
    pub(super) fn listen() {
        let Some(form) = document().get_element_by_id("matrix") else { return };
        on(&form, "keydown", pressed);
        on(&form, "paste", pasted);
    }

    fn on(form: &Element, kind: &str, then: fn(&Event, &Cell)) {
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if let Some(cell) = Cell::of(&event) {
                then(&event, &cell);
            }
        });
        let _ = form.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        listener.forget();
    }

    struct Cell {
        field: HtmlInputElement,
        row: i32,
        column: i32,
    }

    impl Cell {
        /// The cell that an event happened in.
        fn of(event: &Event) -> Option<Self> {
            let field: HtmlInputElement = event.target()?.dyn_into().ok()?;
            let id = field.id();
            let (row, column) = id.strip_prefix('r')?.split_once('c')?;
            Some(Self { row: row.parse().ok()?, column: column.parse().ok()?, field })
        }

        /// The cell some rows down and columns to the right.
        fn at(&self, down: i32, right: i32) -> Option<Self> {
            let (row, column) = (self.row + down, self.column + right);
            let field = document().get_element_by_id(&format!("r{row}c{column}"))?.dyn_into().ok()?;
            Some(Self { field, row, column })
        }

        fn go(&self, down: i32, right: i32) -> bool {
            let Some(next) = self.at(down, right) else { return false };
            let _ = next.field.focus();
            next.field.select();
            true
        }

        /// Whether the caret stands at the edge that an arrow would leave by, or everything is selected.
        fn is_at_edge(&self, right: i32) -> bool {
            let end = self.field.value().encode_utf16().count();
            let end = u32::try_from(end).unwrap_or(u32::MAX);
            let place = |found: Result<Option<u32>, JsValue>| found.ok().flatten().unwrap_or(0);
            let (from, to) = (place(self.field.selection_start()), place(self.field.selection_end()));
            (from == 0 && to == end) || (from == to && from == if right > 0 { end } else { 0 })
        }
    }

    fn pressed(event: &Event, cell: &Cell) {
        let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return };
        if key.alt_key() || key.is_composing() {
            return;
        }
        let plain = !(key.ctrl_key() || key.meta_key() || key.shift_key());
        let done = match key.key().as_str() {
            "ArrowDown" if plain => cell.go(1, 0),
            "ArrowUp" if plain => cell.go(-1, 0),
            "ArrowRight" if plain => cell.is_at_edge(1) && cell.go(0, 1),
            "ArrowLeft" if plain => cell.is_at_edge(-1) && cell.go(0, -1),
            // The form is sent with its button; here Enter goes on, and stays where nothing follows.
            "Enter" if plain => {
                cell.go(1, 0);
                true
            }
            "d" if key.ctrl_key() || key.meta_key() => {
                if let Some(above) = cell.at(-1, 0) {
                    cell.field.set_value(&above.field.value());
                }
                true
            }
            _ => false,
        };
        if done {
            event.prevent_default();
        }
    }

    /// Fills a block from this cell on: a line a row, a tab a column. A single cell is pasted as always.
    fn pasted(event: &Event, cell: &Cell) {
        let Some(text) = clipboard(event) else { return };
        let text = text.replace('\r', "");
        let text = text.trim_end_matches('\n');
        if !text.contains(['\n', '\t']) {
            return;
        }
        event.prevent_default();
        for (down, line) in (0..).zip(text.split('\n')) {
            for (right, words) in (0..).zip(line.split('\t')) {
                if let Some(at) = cell.at(down, right) {
                    at.field.set_value(words.trim());
                }
            }
        }
    }

    /// `event.clipboardData.getData("text")`.
    fn clipboard(event: &Event) -> Option<String> {
        let data = Reflect::get(event, &"clipboardData".into()).ok()?;
        let read: Function = Reflect::get(&data, &"getData".into()).ok()?.dyn_into().ok()?;
        read.call1(&data, &"text".into()).ok()?.as_string()
    }
}
