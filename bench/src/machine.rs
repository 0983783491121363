//! Which machine measured.

use std::process::Command;

/// Cores and CPU model, as far as they can be found out.
pub(crate) fn description() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let plural = if cores == 1 { "" } else { "s" };
    let model = linux_model().or_else(mac_model).unwrap_or_else(|| "unknown CPU".to_owned());
    format!("{cores} core{plural}, {model}, {}", std::env::consts::OS)
}

fn linux_model() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let (_, model) =
        text.lines().filter_map(|line| line.split_once(':')).find(|(key, _)| key.trim() == "model name")?;
    Some(model.trim().to_owned())
}

fn mac_model() -> Option<String> {
    let output = Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]).output().ok()?;
    let model = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (!model.is_empty()).then_some(model)
}
