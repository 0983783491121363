//! Pictures of levels, and of what led to what.
//!
//! Each chart takes plain integers, draws SVG or HTML sized by attributes and classes, and stands in a [`ChartFrame`]
//! that gives the same facts as a table. Everywhere, an outline is what a team claims and a solid is what evidence
//! supports; shape and text say what colour says. To add one: a file here, its look in `style/charts.css`, a section
//! in `gallery.rs`.

mod distribution;
mod frame;
mod heat_map;
mod heat_table;
mod ladder;
mod lineage;
mod radar;
mod trend;

pub use distribution::Distribution;
pub use frame::{ChartFrame, Facts};
pub use heat_map::{HeatCell, HeatGroup, HeatMap};
pub use heat_table::{HeatRow, HeatTable};
pub use ladder::LevelLadder;
pub use lineage::LineageGraph;
pub use radar::{Radar, RadarAxis};
pub use trend::{Trend, TrendPoint};

/// The path of a regular octagon around a point, `half` as wide as it is: a small level mark.
pub(crate) fn octagon(x: f64, y: f64, half: f64) -> String {
    let cut = half * (2.0 - std::f64::consts::SQRT_2);
    let side = 2.0 * (half - cut);
    let (left, top) = (x - half + cut, y - half);
    format!(
        "M{left:.1} {top:.1}h{side:.1}l{cut:.1} {cut:.1}v{side:.1}l-{cut:.1} {cut:.1}h-{side:.1}l-{cut:.1}-{cut:.1}v-{side:.1}z"
    )
}
