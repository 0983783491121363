//! Tables as CSV (RFC 4180), for spreadsheets: no cell is taken for a formula.

/// A line of a table with its end, each cell quoted where it needs to be.
#[must_use]
pub fn line(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| quoted(cell)).collect();
    format!("{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0']);
    let cell = if risky { format!("'{cell}") } else { cell.to_owned() };
    if cell.contains(['"', ',', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\0x"] {
            assert!(quoted(cell).trim_start_matches('"').starts_with('\''), "{cell:?}");
        }
        assert_eq!(quoted("a=1"), "a=1");
    }

    #[test]
    fn cells_are_quoted_as_the_rfc_says() {
        assert_eq!(
            line(&["a,b".into(), "say \"x\"".into(), "two\nlines".into()]),
            "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\r\n"
        );
        assert_eq!(quoted("=a,b"), "\"'=a,b\"");
    }
}
