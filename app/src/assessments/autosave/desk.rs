//! When to keep, when to save, when to look what others answered.

use std::rc::Rc;

use leptos::prelude::document;
use leptos::task::spawn_local;
use leptos::web_sys::js_sys::{Date, Promise};
use leptos::web_sys::{Element, Event, EventTarget, HtmlDialogElement, KeyboardEvent, window};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use super::fields::Question;
use super::keep::{Drawer, Kept};
use super::wire::{self, Refused, Saved};

/// How long after the last letter a text is sent, in milliseconds.
const AFTER_TEXT: i32 = 900;
/// How long after a choice it is sent: long enough for somebody walking through the rungs with the arrow keys.
const AFTER_CHOICE: i32 = 250;
/// How often to try again what could not be sent and to look what others answered.
const ROUND: i32 = 10_000;

/// Notes at a question: which of its changes is the newest, whether it is being saved, and what the server refused for
/// good and is not sent again.
const NEWEST: &str = "newest";
const SAVING: &str = "saving";
const REFUSED: &str = "refused";

struct Desk {
    assessment: String,
    me: String,
    form: Element,
    drawer: Drawer,
}

/// Wakes the autosave around the form of the page.
pub(super) fn open() {
    let Some(form) = document().get_element_by_id("answers") else { return };
    let data = |name: &str| form.get_attribute(name).unwrap_or_default();
    let (assessment, me) = (data("data-assessment"), data("data-me"));
    let drawer = Drawer::of(&me, &assessment);
    let desk = Rc::new(Desk { assessment, me, form, drawer });
    desk.listen();
    desk.restore();
    spawn_local(async move {
        loop {
            pause(ROUND).await;
            if !document().hidden() {
                desk.save_all();
                desk.look_around().await;
            }
        }
    });
}

impl Desk {
    fn listen(self: &Rc<Self>) {
        let page: &EventTarget = &document();
        on(&self.form, "input", self, |desk, event| desk.changed(&event));
        on(&self.form, "click", self, |desk, event| desk.clicked(&event));
        on(page, "keydown", self, |desk, event| desk.pressed(&event));
        on(page, "visibilitychange", self, |desk, _| desk.save_all());
        if let Some(window) = window() {
            on(&window, "online", self, |desk, _| desk.save_all());
            on(&window, "pagehide", self, |desk, _| desk.save_all());
        }
    }

    /// Something was chosen or typed: keep it at once, send it in a moment.
    fn changed(self: &Rc<Self>, event: &Event) {
        let Some(target) = element_of(event) else { return };
        let Some(question) = Question::around(&target) else { return };
        if !question.is_changed() {
            self.drawer.take_out(&question.code);
            return;
        }
        self.keep(&question);
        question.say("");
        // A save that waits is given up when a newer change waits as well.
        let turn = (question.noted(NEWEST).parse().unwrap_or(0u32) + 1).to_string();
        question.note(NEWEST, &turn);
        let desk = self.clone();
        let wait =
            if target.matches("[type=radio], select").unwrap_or(false) { AFTER_CHOICE } else { AFTER_TEXT };
        spawn_local(async move {
            pause(wait).await;
            if question.noted(NEWEST) == turn {
                desk.save(question).await;
            }
        });
    }

    fn keep(&self, question: &Question) {
        let kept = Kept { draft: question.draft(), seen: question.revision() };
        if !self.drawer.put(&question.code, &kept) {
            self.note("This browser keeps nothing, so an answer is lost if the connection is lost before it is saved.");
        }
    }

    fn save_all(self: &Rc<Self>) {
        for question in Question::all(&self.form).into_iter().filter(Question::is_changed) {
            let desk = self.clone();
            spawn_local(async move { desk.save(question).await });
        }
    }

    /// Sends a question until what stands in its fields is stored.
    async fn save(&self, question: Question) {
        if question.met().is_some() {
            question.say("Not saved: choose which answer stays.");
            return;
        }
        if !question.noted(SAVING).is_empty() {
            return;
        }
        question.note(SAVING, "now");
        while question.is_changed() && self.save_once(&question).await {}
        question.note(SAVING, "");
        self.count();
    }

    /// Sends a question once; false when it is of no use to go on now.
    async fn save_once(&self, question: &Question) -> bool {
        let draft = question.draft();
        if let Some((_, sentence)) = draft.lacks() {
            question.say(sentence);
            return false;
        }
        if draft.value.is_empty() || question.noted(REFUSED) == draft.to_field() {
            return false;
        }
        question.say("Saving…");
        match wire::save(&self.assessment, &question.code, &draft, question.revision()).await {
            Ok(saved) => {
                question.set_stored(&draft, saved.revision);
                question.say(&format!("Saved {}", clock(&saved.at)));
                question.say_who("Answered by you");
                self.note("");
                if question.is_changed() {
                    self.keep(question);
                } else {
                    self.drawer.take_out(&question.code);
                }
                true
            }
            Err(Refused::Changed) => {
                self.meet(question).await;
                false
            }
            Err(refused) => {
                self.explain(question, &refused);
                false
            }
        }
    }

    /// Somebody else answered since: theirs is shown, unless both say the same.
    async fn meet(&self, question: &Question) {
        match wire::answer(&self.assessment, &question.code).await {
            Ok(saved) => self.show(question, &saved),
            Err(refused) => self.explain(question, &refused),
        }
    }

    fn show(&self, question: &Question, saved: &Saved) {
        let theirs = &saved.draft;
        if *theirs == question.draft() {
            question.set_stored(theirs, saved.revision);
            self.drawer.take_out(&question.code);
            question.say(&format!("Saved {}", clock(&saved.at)));
            return;
        }
        question.meet(&self.name(saved), theirs, saved.revision);
        question.say("Not saved: choose which answer stays.");
    }

    fn explain(&self, question: &Question, refused: &Refused) {
        question.say("Not saved yet; kept on this device.");
        self.note(match refused {
            Refused::Offline => "No connection. Your answers are kept on this device and saved as soon as it is back.",
            Refused::SignedOut => "You are signed out. Your answers are kept on this device: sign in again in another tab, and they are saved.",
            Refused::Changed => "",
            Refused::Because(words) => {
                question.say(&format!("Not saved: {words}"));
                question.note(REFUSED, &question.draft().to_field());
                ""
            }
        });
    }

    /// Shows what others answered to questions that nobody is at.
    async fn look_around(&self) {
        let Ok(answers) = wire::answers(&self.assessment).await else { return };
        for question in Question::all(&self.form) {
            let Some(saved) = answers.answer(&question.code) else { continue };
            let busy = question.met().is_some() || !question.noted(SAVING).is_empty();
            if busy || saved.revision <= question.revision() {
                continue;
            }
            if question.is_changed() {
                self.show(&question, &saved);
            } else if !question.has_focus() {
                let theirs = saved.draft.clone();
                question.fill(&theirs);
                question.set_stored(&theirs, saved.revision);
                let at = clock(&saved.at);
                question.say_who(&format!("Answered by {} at {at}", self.name(&saved)));
            }
        }
        self.count();
    }

    /// Brings back what was not saved when the page was left: here into the fields, for other pages straight to the
    /// server. There, an answer that met another's waits until its page is opened.
    fn restore(self: &Rc<Self>) {
        let questions = Question::all(&self.form);
        for (code, kept) in self.drawer.all() {
            let Some(question) = questions.iter().find(|question| question.code == code) else {
                let desk = self.clone();
                spawn_local(async move { desk.send_kept(&code, &kept).await });
                continue;
            };
            let stored = question.stored();
            if stored == kept.draft {
                self.drawer.take_out(&code);
                continue;
            }
            question.set_stored(&stored, kept.seen);
            question.fill(&kept.draft);
            question.say("Brought back from this device.");
        }
        self.save_all();
        self.count();
    }

    async fn send_kept(&self, code: &str, kept: &Kept) {
        if kept.draft.lacks().is_some() {
            return;
        }
        let sent = wire::save(&self.assessment, code, &kept.draft, kept.seen).await;
        let is_there = match sent {
            Ok(_) => true,
            // The form may have brought it there on the way out of its page.
            Err(Refused::Changed) => {
                wire::answer(&self.assessment, code).await.is_ok_and(|saved| saved.draft == kept.draft)
            }
            Err(_) => false,
        };
        if is_there {
            self.drawer.take_out(code);
        }
    }

    fn clicked(self: &Rc<Self>, event: &Event) {
        let Some(button) = element_of(event).and_then(|target| target.closest("button").ok().flatten())
        else {
            return;
        };
        if button.has_attribute("data-shortcuts") {
            show_shortcuts();
        }
        let then = button.get_attribute("value").unwrap_or_default();
        let mine = then.starts_with("mine:");
        if !mine && !then.starts_with("theirs:") {
            return;
        }
        let Some((question, (theirs, revision))) =
            Question::around(&button).and_then(|question| Some((question.clone(), question.met()?)))
        else {
            return;
        };
        event.prevent_default();
        question.part();
        question.set_stored(&theirs, revision);
        if !mine {
            question.fill(&theirs);
            self.drawer.take_out(&question.code);
            question.say("Theirs stays.");
        }
        question.focus();
        self.save_all();
    }

    /// Single keys work only while the focus is in a question, outside its text fields.
    fn pressed(&self, event: &Event) {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(target) = element_of(event) else { return };
        if target.matches("textarea, select, input:not([type=radio])").unwrap_or(true) {
            return;
        }
        let Some(question) = Question::around(&target) else { return };
        let key = event.key();
        let used = match key.as_str() {
            "?" => {
                show_shortcuts();
                true
            }
            "j" => self.step(&question, 1),
            "k" => self.step(&question, -1),
            digit if digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()) => {
                question.choose(digit)
            }
            _ => false,
        };
        if used {
            event.prevent_default();
        }
    }

    fn step(&self, from: &Question, by: isize) -> bool {
        let questions = Question::all(&self.form);
        let here = questions.iter().position(|question| question.code == from.code);
        let next = here.and_then(|here| here.checked_add_signed(by)).and_then(|next| questions.get(next));
        next.map(Question::focus).is_some()
    }

    /// Brings the count of answers and the marks in the list up to date.
    fn count(&self) {
        let questions = Question::all(&self.form);
        let mut done = 0;
        for question in &questions {
            let answered = !question.stored().value.is_empty();
            done += usize::from(answered);
            let state = if answered { "answered" } else { "open" };
            if let Ok(Some(link)) = self.form.query_selector(&format!("a[href=\"#{}\"]", question.code)) {
                let _ = link.set_attribute("data-state", state);
                if let Ok(Some(words)) = link.query_selector(".contents-state") {
                    words.set_text_content(Some(&format!(", {state}")));
                }
            }
        }
        let words = format!("{done} of {} answered", questions.len());
        if let Ok(Some(bar)) = self.form.query_selector("[data-progress] progress") {
            let _ = bar.set_attribute("value", &done.to_string());
            let _ = bar.set_attribute("aria-label", &words);
        }
        if let Ok(Some(text)) = self.form.query_selector("[data-progress] [aria-hidden]") {
            text.set_text_content(Some(&words));
        }
    }

    fn note(&self, words: &str) {
        if let Ok(Some(place)) = self.form.query_selector("[data-note]")
            && place.text_content().as_deref() != Some(words)
        {
            place.set_text_content(Some(words));
        }
    }

    fn name(&self, saved: &Saved) -> String {
        if saved.by == self.me {
            return "You, in another window,".to_owned();
        }
        let people = self.form.get_attribute("data-people").unwrap_or_default();
        let known = people.lines().filter_map(|line| line.split_once(' ')).find(|(id, _)| *id == saved.by);
        known.map_or_else(|| "Somebody else".to_owned(), |(_, name)| name.to_owned())
    }
}

/// Calls `then` at each event of a kind, as long as the page is open.
fn on(target: &EventTarget, kind: &str, desk: &Rc<Desk>, then: impl Fn(&Rc<Desk>, Event) + 'static) {
    let desk = desk.clone();
    let listener = Closure::<dyn Fn(Event)>::new(move |event| then(&desk, event));
    let _ = target.add_event_listener_with_callback(kind, listener.as_ref().unchecked_ref());
    listener.forget();
}

fn element_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn show_shortcuts() {
    let dialog = document()
        .get_element_by_id("shortcuts")
        .and_then(|dialog| dialog.dyn_into::<HtmlDialogElement>().ok());
    if let Some(dialog) = dialog {
        let _ = dialog.show_modal();
    }
}

/// The time of day where the visitor is: "14:03".
fn clock(at: &str) -> String {
    let date = Date::new(&JsValue::from_str(at));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// Waits some milliseconds.
async fn pause(milliseconds: i32) {
    let over = Promise::new(&mut |done, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, milliseconds);
        }
    });
    let _ = JsFuture::from(over).await;
}
