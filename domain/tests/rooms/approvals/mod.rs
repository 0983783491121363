//! Approvals: a walk through all states of the machine, the sentences of its refusals, and the gate.

mod gate;
mod moves;
mod people;
mod refusals;
mod retold;
mod walk;
mod world;
