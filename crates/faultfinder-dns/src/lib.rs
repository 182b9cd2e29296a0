//! A DNS probe that tells rcodes, NODATA, malformed and mismatched answers apart.
