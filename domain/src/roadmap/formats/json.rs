//! The roadmap as one object, with owner, status and due date in the items that are tracked.

use serde_json::Value;

use super::Overlay;
use crate::roadmap::Roadmap;

/// A roadmap as JSON on one line, without an end of line.
///
/// # Errors
/// None: its types all have a JSON form.
pub fn json(roadmap: &Roadmap, overlay: Option<&Overlay>) -> serde_json::Result<String> {
    let Some(overlay) = overlay else { return serde_json::to_string(roadmap) };
    let mut document = serde_json::to_value(roadmap)?;
    let phases = document.get_mut("phases").and_then(Value::as_array_mut).into_iter().flatten();
    let items = phases.filter_map(|phase| phase.get_mut("items")?.as_array_mut()).flatten();
    for item in items.filter_map(Value::as_object_mut) {
        let tracking = item.get("code").and_then(Value::as_str).and_then(|code| overlay.get(code));
        if let Value::Object(known) = serde_json::to_value(tracking)? {
            item.extend(known);
        }
    }
    serde_json::to_string(&document)
}
