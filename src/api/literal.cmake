# Writes IN as comma-separated bytes, to be included in an array: a string literal may not be that long.
file(READ "${IN}" bytes HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
file(WRITE "${OUT}" "${bytes}'\\0'\n")
