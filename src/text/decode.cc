#include "text/decode.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/file.h"
#include "base/utf8.h"
#include "text/unicode.h"

namespace groundwork::text {
namespace {

using base::Code;
using base::Error;
using base::Result;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";
constexpr std::string_view kLittleMark = "\xFF\xFE";
constexpr std::string_view kBigMark = "\xFE\xFF";

/// Characters of Windows-1252 from 0x80 to 0x9F; 0: not assigned. @source WHATWG Encoding Standard, index-windows-1252
constexpr std::array<char32_t, 32> kWindows1252 = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                   0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

struct Signature {
  std::string_view bytes;
  std::string_view name;
};
constexpr auto kSignatures =
    std::to_array<Signature>({{"%PDF-", "a PDF"},
                              {"PK\x03\x04", "a ZIP archive (or DOCX, XLSX, EPUB)"},
                              {"\x1F\x8B", "gzip data"},
                              {"\x89PNG", "a PNG image"},
                              {"\xFF\xD8\xFF", "a JPEG image"},
                              {"GIF89a", "a GIF image"},
                              {"\x7F"
                               "ELF",
                               "an ELF program"},
                              {"\xFD"
                               "7zXZ",
                               "xz data"},
                              {"\x28\xB5\x2F\xFD", "zstd data"},
                              {"\xD0\xCF\x11\xE0", "an old Office document"},
                              {std::string_view("SQLite format 3\0", 16), "an SQLite database"},
                              {"GGUF\x03", "a GGUF model"}});

Error refuse(std::string found) {
  return base::make_error(Code::kInvalidArgument, "expected text, found " + std::move(found));
}

std::string hexadecimal(unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  return {'0', 'x', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && (byte < '\t' || byte > '\r') && byte != 0x1B) || byte == 0x7F;
}

base::Status check_not_binary(std::string_view bytes) {
  for (const Signature& signature : kSignatures)
    if (bytes.starts_with(signature.bytes)) return refuse(std::string(signature.name));
  if (const std::size_t nul = bytes.find('\0'); nul != std::string_view::npos)
    return refuse("binary data: a NUL byte at byte " + std::to_string(nul));
  const auto controls = static_cast<std::size_t>(std::count_if(bytes.begin(), bytes.end(), is_control));
  if (controls > 3 && controls * 50 > bytes.size()) {
    return refuse("binary data: " + std::to_string(controls) + " control characters among " +
                  std::to_string(bytes.size()) + " bytes");
  }
  return {};
}

Result<std::string> from_utf16(std::string_view bytes, bool little) {
  if (bytes.size() % 2 != 0) return refuse("UTF-16 of an odd number of bytes, " + std::to_string(bytes.size()));
  const auto unit = [&](std::size_t at) -> char32_t {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return little ? char32_t{second} << 8U | first : char32_t{first} << 8U | second;
  };
  std::string text;
  text.reserve(bytes.size());
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    char32_t code = unit(at);
    if (code == 0) return refuse("binary data: a NUL character in UTF-16 at byte " + std::to_string(at + 2));
    if (code >= 0xD800 && code <= 0xDFFF) {
      const char32_t low = at + 2 < bytes.size() ? unit(at + 2) : 0;
      if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
        return refuse("UTF-16 with half of a surrogate pair at byte " + std::to_string(at + 2));
      code = 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00);
      at += 2;
    }
    append_utf8(text, code);
  }
  return text;
}

/// Where the first byte stands that UTF-8 forbids.
std::size_t first_broken(std::string_view bytes) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const Character c = character_at(bytes, at);
    if (c.code == 0xFFFD && c.length == 1) break;
    at += c.length;
  }
  return at;
}

Result<std::string> from_windows_1252(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + bytes.size() / 8);
  std::size_t high = 0;
  std::size_t letters = 0;
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const auto byte = static_cast<unsigned char>(bytes[at]);
    const char32_t code = byte >= 0x80 && byte < 0xA0 ? kWindows1252[byte - 0x80U] : byte;
    if (code == 0) {
      return refuse("bytes that are neither UTF-8 (broken at byte " + std::to_string(first_broken(bytes)) +
                    ") nor Windows-1252 (" + hexadecimal(byte) + " at byte " + std::to_string(at) + ")");
    }
    if (byte >= 0x80) ++high;
    if (byte >= 0xC0 || (byte >= 0x82 && byte <= 0x9F)) ++letters;  // and what typographers add: quotes, dashes
    append_utf8(text, code);
  }
  if (high * 2 > bytes.size() || letters * 2 < high) {
    return refuse("bytes in no known encoding: not UTF-8 from byte " + std::to_string(first_broken(bytes)) + ", and " +
                  std::to_string(high) + " of " + std::to_string(bytes.size()) + " bytes are not ASCII");
  }
  return text;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "UTF-8";
    case Encoding::kUtf16LittleEndian:
      return "UTF-16LE";
    case Encoding::kUtf16BigEndian:
      return "UTF-16BE";
    case Encoding::kWindows1252:
      return "windows-1252";
  }
  return "unknown";
}

Result<Decoded> decode(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.size() > max_bytes) {
    return base::make_error(Code::kResourceExhausted, "expected a document of at most " + std::to_string(max_bytes) +
                                                          " bytes, found " + std::to_string(bytes.size()));
  }
  if (bytes.starts_with(kLittleMark) || bytes.starts_with(kBigMark)) {
    const bool little = bytes.starts_with(kLittleMark);
    GW_TRY(std::string text, from_utf16(bytes.substr(2), little));
    return Decoded{std::move(text), little ? Encoding::kUtf16LittleEndian : Encoding::kUtf16BigEndian};
  }
  if (bytes.starts_with(kUtf8Mark)) bytes.remove_prefix(kUtf8Mark.size());
  GW_CHECK_OK(check_not_binary(bytes));
  if (base::is_utf8(bytes)) return Decoded{std::string(bytes), Encoding::kUtf8};
  GW_TRY(std::string text, from_windows_1252(bytes));
  return Decoded{std::move(text), Encoding::kWindows1252};
}

Result<Decoded> decode_file(const std::filesystem::path& path, std::size_t max_bytes) {
  std::error_code unknown;  // read_file says what is wrong with a path that has no size
  const std::uintmax_t size = std::filesystem::file_size(path, unknown);
  if (!unknown && size > max_bytes) {
    return base::make_error(
        Code::kResourceExhausted,
        "expected a document of at most " + std::to_string(max_bytes) + " bytes, found " + std::to_string(size),
        path.string());
  }
  GW_TRY(const std::string bytes, base::read_file(path, max_bytes));
  Result<Decoded> decoded = decode(bytes, max_bytes);
  if (decoded.ok()) return decoded;
  Error error = std::move(decoded).error();
  error.where = path.string();
  return error;
}

}  // namespace groundwork::text
