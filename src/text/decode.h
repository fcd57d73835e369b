#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace groundwork::text {

enum class Encoding { kUtf8, kUtf16LittleEndian, kUtf16BigEndian, kWindows1252 };
std::string_view to_string(Encoding encoding);

struct Decoded {
  std::string text;  ///< UTF-8 without a byte order mark; Spans into documents count its bytes
  Encoding encoding = Encoding::kUtf8;
};

constexpr std::size_t kLargestDocument = std::size_t{16} << 20;

/// Bytes from outside to text. UTF-8 if they are; UTF-16 if they say so with a byte order mark; else Windows-1252
/// (which contains Latin-1) if that reads like text: letters among the bytes from 0x80, and these fewer than half.
/// @errors kResourceExhausted: more than max_bytes. kInvalidArgument: binary (NUL bytes, the signature of a known
///         format, more than 2 % control characters), broken UTF-16, or no known encoding; says what was found and
///         where.
base::Result<Decoded> decode(std::string_view bytes, std::size_t max_bytes = kLargestDocument);

/// The same for a file, which is refused by its size before anything of it is read.
/// @errors as above, and those of base::read_file; `where` is the path
base::Result<Decoded> decode_file(const std::filesystem::path& path, std::size_t max_bytes = kLargestDocument);

}  // namespace groundwork::text
