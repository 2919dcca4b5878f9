//! Tests of the encoders and of the negotiation: golden documents, and what independent parsers read back.

mod documents;
mod exemplars;
mod golden;
mod negotiation;
mod protobuf;
mod reference;
mod round_trip;
