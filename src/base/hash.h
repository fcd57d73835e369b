#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace groundwork::base {

/// SHA-256 as 64 lower-case hexadecimal digits.
std::string sha256_hex(std::string_view bytes);

/// First 64 bits of the SHA-256, big-endian: a stable hash that may be stored, unlike std::hash.
std::uint64_t stable_hash64(std::string_view bytes);

}  // namespace groundwork::base
