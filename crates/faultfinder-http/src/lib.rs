//! An HTTP/1.1 and HTTP/2 probe that says exactly what broke.
