//! The OpenAPI document taken apart, for the page on which people read it.
//!
//! It walks the document as JSON: whatever a version of OpenAPI or of our generator cannot say is simply absent, and the
//! page shows less instead of failing.

use std::collections::BTreeMap;

use assay_app::reference::{Group, Member, ObjectType, Operation, Piece, Reference, Reply, Shape};
use serde_json::{Map, Value};

/// What the page shows of the document.
pub(super) fn of(document: &Value, origin: String) -> Reference {
    Reference {
        version: text(&document["info"], "version"),
        description: text(&document["info"], "description"),
        origin,
        groups: groups(&document["paths"]),
        types: entries(&document["components"]["schemas"])
            .map(|(name, schema)| object(name, schema))
            .collect(),
    }
}

fn groups(paths: &Value) -> Vec<Group> {
    let mut groups: BTreeMap<String, Vec<Operation>> = BTreeMap::new();
    for (path, item) in entries(paths) {
        for method in ["get", "post", "put", "patch", "delete"] {
            let Some(described) = item.get(method) else { continue };
            let tag = described["tags"][0].as_str().unwrap_or("other").to_owned();
            groups.entry(tag).or_default().push(operation(method, path, described));
        }
    }
    groups.into_iter().map(|(name, operations)| Group { name, operations }).collect()
}

fn operation(method: &str, path: &str, described: &Value) -> Operation {
    Operation {
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(described, "summary").trim_end_matches('.').to_owned(),
        description: text(described, "description"),
        parameters: items(&described["parameters"]).map(parameter).collect(),
        body: content(&described["requestBody"]),
        answers: entries(&described["responses"]).map(|(status, reply)| answer(status, reply)).collect(),
    }
}

fn parameter(described: &Value) -> Member {
    Member {
        name: text(described, "name"),
        place: text(described, "in"),
        required: described["required"] == true,
        shape: shape(&described["schema"]),
        description: text(described, "description"),
    }
}

fn answer(status: &str, reply: &Value) -> Reply {
    let status = if status == "default" { "else" } else { status };
    Reply { status: status.to_owned(), description: text(reply, "description"), shape: content(reply) }
}

/// The first of the media types that something can be sent as.
fn content(of: &Value) -> Option<Shape> {
    let (media, described) = entries(&of["content"]).next()?;
    let mut shape = shape(&described["schema"]);
    if !media.ends_with("json") {
        shape = Shape(vec![Piece::Words(media.to_owned())]);
    }
    Some(shape)
}

fn object(name: &str, schema: &Value) -> ObjectType {
    let mut object = ObjectType {
        name: name.to_owned(),
        description: text(schema, "description"),
        words: items(&schema["enum"]).filter_map(Value::as_str).map(str::to_owned).collect(),
        fields: fields(schema),
        includes: Vec::new(),
    };
    for part in items(&schema["allOf"]) {
        if part.get("$ref").is_some() {
            object.includes.push(shape(part));
        }
        object.fields.extend(fields(part));
    }
    object
}

fn fields(schema: &Value) -> Vec<Member> {
    let required: Vec<_> = items(&schema["required"]).filter_map(Value::as_str).collect();
    let field = |(name, described): (&str, &Value)| {
        let told = text(described, "description");
        // What may be null says what it is for within the alternative that is not.
        let within =
            items(&described["oneOf"]).map(|part| text(part, "description")).find(|text| !text.is_empty());
        Member {
            name: name.to_owned(),
            required: required.contains(&name),
            shape: shape(described),
            description: if told.is_empty() { within.unwrap_or_default() } else { told },
            ..Member::default()
        }
    };
    entries(&schema["properties"]).map(field).collect()
}

/// What a schema admits, in words.
fn shape(schema: &Value) -> Shape {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return Shape(vec![Piece::Type(name.to_owned())]);
    }
    let alternatives = items(&schema["oneOf"]).filter(|part| part["type"] != "null").map(shape);
    if let Some(shape) = alternatives.reduce(|one, other| joined(one, " or ", other)) {
        return shape;
    }
    // `["string", "null"]`: what may be null is optional, which is said elsewhere.
    let kinds = &schema["type"];
    let kind = kinds.as_str().or_else(|| items(kinds).filter_map(Value::as_str).find(|kind| *kind != "null"));
    let format = schema["format"].as_str();
    let word = match (kind.unwrap_or_default(), format) {
        ("array", _) => return joined(words("list of "), "", shape(&schema["items"])),
        ("object", _) if schema["additionalProperties"].is_object() => {
            return joined(words("by name: "), "", shape(&schema["additionalProperties"]));
        }
        ("string", Some("date-time")) => "time",
        ("string", Some("date")) => "date",
        ("string", Some("uuid")) => "id",
        ("string", _) => "text",
        ("integer", _) => "whole number",
        ("number", _) => "number",
        ("boolean", _) => "true or false",
        ("object", _) => "object",
        _ => "anything",
    };
    words(&format!("{word}{}", bounds(schema)))
}

/// ", 1 to 200".
fn bounds(schema: &Value) -> String {
    match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        _ => String::new(),
    }
}

fn words(words: &str) -> Shape {
    Shape(vec![Piece::Words(words.to_owned())])
}

fn joined(mut one: Shape, between: &str, other: Shape) -> Shape {
    if !between.is_empty() {
        one.0.push(Piece::Words(between.to_owned()));
    }
    one.0.extend(other.0);
    one
}

fn text(of: &Value, key: &str) -> String {
    of[key].as_str().unwrap_or_default().to_owned()
}

fn entries(of: &Value) -> impl Iterator<Item = (&str, &Value)> {
    of.as_object().into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}

fn items(of: &Value) -> impl Iterator<Item = &Value> {
    of.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(schema: &Value) -> String {
        let piece = |piece: Piece| match piece {
            Piece::Words(words) => words,
            Piece::Type(name) => format!("<{name}>"),
        };
        shape(schema).0.into_iter().map(piece).collect()
    }

    #[test]
    fn schemas_are_told_in_words() {
        let run = json!({"$ref": "#/components/schemas/Run"});
        for (schema, words) in [
            (run.clone(), "<Run>"),
            (json!({"type": ["string", "null"]}), "text"),
            (json!({"oneOf": [run, {"type": "null"}]}), "<Run>"),
            (json!({"type": "array", "items": {"$ref": "#/x/Run"}}), "list of <Run>"),
            (
                json!({"type": "object", "additionalProperties": {"type": "boolean"}}),
                "by name: true or false",
            ),
            (json!({"type": "integer", "minimum": 1, "maximum": 200}), "whole number, 1 to 200"),
            (json!({"type": "string", "format": "date-time"}), "time"),
            (json!({}), "anything"),
        ] {
            assert_eq!(told(&schema), words, "{schema}");
        }
    }

    #[test]
    fn every_operation_and_type_is_on_the_page() {
        let api = crate::http::openapi();
        let reference = of(&serde_json::to_value(&api).unwrap(), String::new());
        let operations: usize = reference.groups.iter().map(|group| group.operations.len()).sum();
        assert_eq!(operations, crate::http::routes::of_openapi(&api).len());
        assert_eq!(reference.types.len(), api.components.as_ref().unwrap().schemas.len());
        let all = || reference.groups.iter().flat_map(|group| &group.operations);
        assert!(all().all(|operation| !operation.summary.is_empty() && !operation.answers.is_empty()));
        assert!(reference.groups.iter().all(|group| group.name != "other"));
        // No link leads nowhere.
        let known = |piece: &Piece| match piece {
            Piece::Words(_) => true,
            Piece::Type(name) => reference.types.iter().any(|object| object.name == *name),
        };
        let bodies = all().filter_map(|operation| operation.body.as_ref());
        let answers =
            all().flat_map(|operation| &operation.answers).filter_map(|answer| answer.shape.as_ref());
        let fields = reference.types.iter().flat_map(|object| &object.fields).map(|field| &field.shape);
        assert!(bodies.chain(answers).chain(fields).flat_map(|shape| &shape.0).all(known));
    }
}
