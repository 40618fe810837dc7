//! Every kind of read and write of the generated store, over the local table.

mod batches;
mod collections;
mod desk;
mod forgery;
mod holds;
mod imports;
mod isolation;
mod items;
mod migrations;
mod model;
mod native;
mod parsing;
mod reads;
mod reservations;
mod scans;
mod seats;
mod sessions;
mod stream;
mod unique;
mod versions;
mod visits;
mod writes;
