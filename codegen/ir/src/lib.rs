//! stipule-ir
