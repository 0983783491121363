//! Dragging cards, and moving them by keyboard. Each ends in the card's own form, so that a page reload shows what came
//! of it; what is happening meanwhile is announced.

use leptos::prelude::document;
use leptos::web_sys::js_sys::Reflect;
use leptos::web_sys::{DragEvent, Element, Event, HtmlElement, HtmlFormElement, KeyboardEvent};
use wasm_bindgen::{JsCast, closure::Closure};

/// Notes: the card that is being dragged (at the board), the column that a card was told to go to (at the card), the
/// column that a card hovers over.
const DRAGGED: &str = "data-dragged";
const GOING: &str = "data-going";
const OVER: &str = "data-over";

/// Wakes the board of the page.
pub(super) fn open() {
    let Some(board) = document().query_selector("[data-board]").ok().flatten() else { return };
    for card in all(&board, "[data-card]") {
        let _ = card.set_attribute("tabindex", "0");
        let _ = card.set_attribute("draggable", "true");
    }
    for kind in ["dragstart", "dragover", "drop", "dragend", "keydown"] {
        let here = board.clone();
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            if handle(&here, kind, &event).is_some() {
                event.prevent_default();
            }
        });
        let _ = board.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
        listener.forget();
    }
}

/// Something when the browser is not to do what it usually does.
fn handle(board: &Element, kind: &str, event: &Event) -> Option<()> {
    let target: Element = event.target()?.dyn_into().ok()?;
    let card = || target.closest("[data-card]").ok().flatten();
    match kind {
        "dragstart" => {
            let code = card()?.get_attribute("data-card")?;
            // Firefox drags only what carries something.
            let _ = event.dyn_ref::<DragEvent>()?.data_transfer()?.set_data("text/plain", &code);
            let _ = board.set_attribute(DRAGGED, &code);
            None
        }
        "dragend" => {
            forget(board, OVER);
            let _ = board.remove_attribute(DRAGGED);
            None
        }
        "keydown" => press(board, &card().filter(|card| *card == target)?, event.dyn_ref::<KeyboardEvent>()?),
        _ => {
            let column = target.closest("[data-column]").ok().flatten()?;
            let code = board.get_attribute(DRAGGED)?;
            let dragged = find(board, &format!("[data-card=\"{code}\"]"))?;
            forget(board, OVER);
            if kind == "drop" {
                send(board, &dragged, &column);
            } else {
                let _ = column.set_attribute(OVER, "");
            }
            Some(())
        }
    }
}

/// Alt with an arrow moves at once; M lets the arrows choose and Enter move.
fn press(board: &Element, card: &Element, event: &KeyboardEvent) -> Option<()> {
    let going = card.get_attribute(GOING);
    match event.key().as_str() {
        "ArrowLeft" | "ArrowRight" if event.alt_key() || going.is_some() => {
            let from = going.clone().or_else(|| own_column(card)?.get_attribute("data-column"))?;
            let column = next(board, card, &from, event.key() == "ArrowRight");
            match column {
                Some(column) if going.is_none() => send(board, card, &column),
                Some(column) => {
                    let _ = card.set_attribute(GOING, &column.get_attribute("data-column")?);
                    forget(board, OVER);
                    let _ = column.set_attribute(OVER, "");
                    say(board, &format!("To {}? Enter moves it, Escape leaves it.", label(&column)));
                }
                None => say(board, "There is no column on this side that it can go to."),
            }
        }
        "m" | "M" if !event.ctrl_key() && !event.meta_key() => {
            let _ = card.set_attribute(GOING, &own_column(card)?.get_attribute("data-column")?);
            say(board, "Choose a column with the arrows.");
        }
        "Enter" => {
            let column = find(board, &format!("[data-column=\"{}\"]", going?))?;
            stop(board, card);
            send(board, card, &column);
        }
        "Escape" => {
            going?;
            stop(board, card);
            say(board, "It stays where it is.");
        }
        _ => return None,
    }
    Some(())
}

/// The next column to one side that the card's form offers.
fn next(board: &Element, card: &Element, from: &str, forward: bool) -> Option<Element> {
    let columns = all(board, "[data-column]");
    let name = |column: &Element| column.get_attribute("data-column").unwrap_or_default();
    let here = columns.iter().position(|column| name(column) == from)?;
    let own = own_column(card);
    let goes = |column: &&Element| own.as_ref() == Some(*column) || offers(card, &name(column));
    let found =
        if forward { columns[here + 1..].iter().find(goes) } else { columns[..here].iter().rev().find(goes) };
    found.cloned()
}

fn offers(card: &Element, status: &str) -> bool {
    find(card, &format!("option[value=\"{status}\"]")).is_some()
}

/// Fills the card's form and submits it. What needs a reason opens the form at the reason instead.
fn send(board: &Element, card: &Element, column: &Element) {
    let (status, code) = (
        column.get_attribute("data-column").unwrap_or_default(),
        card.get_attribute("data-card").unwrap_or_default(),
    );
    if own_column(card).as_ref() == Some(column) {
        say(board, &format!("{code} is there already."));
        return;
    }
    let (Some(select), Some(form)) = (find(card, "select"), find(card, "form")) else { return };
    if !offers(card, &status) {
        say(board, &format!("{code} cannot go from here to {}.", label(column)));
        return;
    }
    let _ = Reflect::set(&select, &"value".into(), &status.as_str().into());
    let reason = find(card, "input[name=comment]").filter(|_| status == "dropped");
    if let Some(reason) = reason {
        if let Some(more) = find(card, "details") {
            let _ = more.set_attribute("open", "");
        }
        if let Some(reason) = reason.dyn_ref::<HtmlElement>() {
            let _ = reason.focus();
        }
        say(board, "Say why it is dropped, then press Move.");
        return;
    }
    say(board, &format!("Moving {code} to {}", label(column)));
    if let Some(form) = form.dyn_ref::<HtmlFormElement>() {
        let _ = form.request_submit();
    }
}

fn stop(board: &Element, card: &Element) {
    let _ = card.remove_attribute(GOING);
    forget(board, OVER);
}

fn label(column: &Element) -> String {
    column.get_attribute("data-label").unwrap_or_default()
}

fn own_column(card: &Element) -> Option<Element> {
    card.closest("[data-column]").ok().flatten()
}

fn say(board: &Element, words: &str) {
    if let Some(place) = find(board, "[data-announce]") {
        place.set_text_content(Some(words));
    }
}

fn forget(board: &Element, note: &str) {
    for element in all(board, &format!("[{note}]")) {
        let _ = element.remove_attribute(note);
    }
}

fn find(within: &Element, selector: &str) -> Option<Element> {
    within.query_selector(selector).ok().flatten()
}

fn all(within: &Element, selector: &str) -> Vec<Element> {
    let Ok(list) = within.query_selector_all(selector) else { return Vec::new() };
    (0..list.length()).filter_map(|place| list.item(place)?.dyn_into().ok()).collect()
}
