"""Personal values (个人信息) outside the hashed content: sealed, masked, found, erased. Writes no event."""
