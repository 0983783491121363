//! How bad a finding is.

crate::names! {
    /// How bad a finding is, from the least to the greatest.
    #[cfg_attr(feature = "openapi", schema(as = DataFindingSeverity))]
    pub enum Severity ("severity") {
        /// To be put in order when there is time.
        Low = "low", "Low";
        /// To be put in order soon.
        Medium = "medium", "Medium";
        /// A rule of law or of the organisation is broken.
        High = "high", "High";
        /// People whom the law protects most are concerned.
        Critical = "critical", "Critical";
    }
}
