//! Every kind of read and write of the generated store, over the local table.

mod batches;
mod collections;
mod desk;
mod holds;
mod isolation;
mod items;
mod model;
mod reads;
mod scans;
mod stream;
mod unique;
mod versions;
mod writes;
