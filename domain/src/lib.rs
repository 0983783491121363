//! What Assay knows, without I/O, clock or randomness: the same code runs in the server, in the browser and on an
//! auditor's laptop. One module is one room; the same names stand in the server and in the app.

pub mod access;
pub mod audit;
