#include "assess/archive.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>

namespace groundwork::assess {
namespace {

using base::Code;
using base::make_error;
using base::Result;

constexpr std::size_t kBlock = 512;
constexpr std::size_t kMaxPath = 1024;
constexpr std::size_t kMaxExtension = std::size_t{64} << 10;  // of a pax header or a GNU long name

base::Error too_large(const std::string& what, std::size_t limit, const std::string& found) {
  return make_error(Code::kResourceExhausted,
                    what + ": expected at most " + std::to_string(limit) + ", found " + found);
}

/// A name as it may stand in a message.
std::string shown(std::string_view name) {
  std::string out = "'";
  for (const char c : name.substr(0, 200)) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? '?' : c;
  return out + (name.size() > 200 ? "...'" : "'");
}

/// Ends the stream whichever way the function is left.
class Inflater {
 public:
  Inflater() { ready_ = inflateInit2(&stream_, 16 + MAX_WBITS) == Z_OK; }  // 16: gzip and nothing else
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  bool ready() const { return ready_; }
  z_stream& stream() { return stream_; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
  Inflater inflater;
  if (!inflater.ready()) return make_error(Code::kInternal, "gzip: zlib could not start");
  z_stream& stream = inflater.stream();
  // zlib's interface is not const-correct; it only reads.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT(*-const-cast)
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, std::size_t{64} << 10> buffer;
  for (int status = Z_OK; status != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = static_cast<uInt>(buffer.size());
    status = inflate(&stream, Z_NO_FLUSH);
    const std::size_t made = buffer.size() - stream.avail_out;
    if (out.size() + made > limit) return too_large("unpacked bytes", limit, "more");
    out.append(buffer.data(), made);
    if (status == Z_STREAM_END) break;
    if (status == Z_BUF_ERROR || (status == Z_OK && stream.avail_in == 0 && made == 0)) {
      return make_error(Code::kInvalidArgument, "gzip: the data ends in the middle of the stream");
    }
    if (status != Z_OK) {
      return make_error(Code::kInvalidArgument,
                        "gzip: not a valid stream after " + std::to_string(out.size()) + " unpacked bytes");
    }
  }
  if (stream.avail_in != 0) {
    return make_error(Code::kInvalidArgument,
                      "gzip: " + std::to_string(stream.avail_in) + " bytes follow the end of the stream");
  }
  return out;
}

/// A field of text in a header: to the first zero byte, or its whole length.
std::string_view text_of(std::string_view header, std::size_t at, std::size_t length) {
  const std::string_view field = header.substr(at, length);
  return field.substr(0, field.find('\0'));
}

/// An octal number with optional blanks around it; GNU's base-256 numbers are for sizes that are refused anyway.
std::optional<std::size_t> octal_of(std::string_view header, std::size_t at, std::size_t length) {
  std::string_view field = text_of(header, at, length);
  while (field.starts_with(' ')) field.remove_prefix(1);
  while (field.ends_with(' ')) field.remove_suffix(1);
  if (field.size() > 12) return std::nullopt;
  std::size_t value = 0;
  for (const char c : field) {
    if (c < '0' || c > '7') return std::nullopt;
    value = value * 8 + static_cast<std::size_t>(c - '0');
  }
  return value;
}

/// @source POSIX.1-2017, pax, "ustar Interchange Format": the sum of all bytes, its own field taken as blanks
bool checksum_holds(std::string_view header) {
  std::size_t sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) sum += i >= 148 && i < 156 ? ' ' : static_cast<unsigned char>(header[i]);
  return octal_of(header, 148, 8) == sum;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) return false;
    }
    i += length;
  }
  return true;
}

/// The path as it will be a key, or why it may not be one.
Result<std::string> safe_path(std::string_view raw) {
  const auto refuse = [&](const std::string& why) {
    return make_error(Code::kInvalidArgument, "archive entry " + shown(raw) + ": " + why);
  };
  if (raw.empty()) return refuse("expected a path, found none");
  if (raw.size() > kMaxPath) return refuse("the path is longer than " + std::to_string(kMaxPath) + " bytes");
  if (raw.front() == '/') return refuse("expected a relative path, found an absolute one");
  if (raw.find('\\') != std::string_view::npos) return refuse("a path may not hold a backslash");
  if (!is_utf8(raw)) return refuse("the path is not UTF-8");
  const bool control =
      std::any_of(raw.begin(), raw.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
  if (control) return refuse("a path may not hold control characters");
  std::string out;
  for (std::size_t at = 0; at <= raw.size();) {
    const std::size_t end = std::min(raw.find('/', at), raw.size());
    const std::string_view part = raw.substr(at, end - at);
    if (part == "..") return refuse("a path may not lead upwards with '..'");
    if (!part.empty() && part != ".") out += (out.empty() ? "" : "/") + std::string(part);
    at = end + 1;
  }
  return out;
}

/// What a pax header says of the entry after it.
struct Extension {
  std::optional<std::string> path;
  std::optional<std::size_t> size;
};

/// @source POSIX.1-2017, pax, "pax Extended Header": records "length key=value\n", the length counting all of itself
base::Status read_pax(std::string_view records, Extension& extension) {
  const auto malformed = [] { return make_error(Code::kInvalidArgument, "archive: a pax header is not well-formed"); };
  while (!records.empty() && records.front() != '\0') {
    std::size_t length = 0;
    std::size_t digits = 0;
    while (digits < records.size() && digits < 6 && records[digits] >= '0' && records[digits] <= '9') {
      length = length * 10 + static_cast<std::size_t>(records[digits++] - '0');
    }
    const bool fits = digits > 0 && length > digits + 2 && length <= records.size();
    if (!fits || records[digits] != ' ' || records[length - 1] != '\n') return malformed();
    const std::string_view record = records.substr(digits + 1, length - digits - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos) return malformed();
    const std::string_view key = record.substr(0, equals);
    const std::string_view value = record.substr(equals + 1);
    if (key == "path") extension.path = std::string(value);
    if (key == "size") {
      std::size_t size = 0;
      const bool number = !value.empty() && value.size() <= 12 &&
                          std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (!number) return malformed();
      for (const char c : value) size = size * 10 + static_cast<std::size_t>(c - '0');
      extension.size = size;
    }
    if (key.starts_with("GNU.sparse")) {
      return make_error(Code::kInvalidArgument, "archive: sparse files are not taken");
    }
    records.remove_prefix(length);
  }
  return {};
}

/// Why an entry of this type is refused; nullptr: it is not.
const char* refused_type(char type) {
  switch (type) {
    case '0':
    case '\0':
    case '7':  // "contiguous", to be read as a regular file
    case '5':
      return nullptr;
    case '1':
      return "hard links are not taken";
    case '2':
      return "symbolic links are not taken";
    case '3':
    case '4':
      return "devices are not taken";
    case '6':
      return "pipes are not taken";
    default:
      return "only regular files and folders are taken";
  }
}

class Reader {
 public:
  Reader(std::string_view tar, const ArchiveLimits& limits) : tar_(tar), limits_(limits) {}

  Result<std::map<std::string, std::string>> read() {
    while (at_ < tar_.size()) {
      if (tar_.size() - at_ < kBlock) return cut_short();
      const std::string_view header = tar_.substr(at_, kBlock);
      if (header.find_first_not_of('\0') == std::string_view::npos) break;  // the end mark; what follows is padding
      GW_CHECK_OK(entry(header));
    }
    return std::move(files_);
  }

 private:
  base::Error cut_short() const {
    return make_error(Code::kInvalidArgument,
                      "tar: the data ends in the middle of an entry at byte " + std::to_string(at_));
  }

  base::Status entry(std::string_view header) {
    if (!checksum_holds(header)) {
      return make_error(Code::kInvalidArgument, "tar: no valid header at byte " + std::to_string(at_));
    }
    const char type = header[156];
    const bool about_next = type == 'L' || type == 'x' || type == 'g' || type == 'K';
    std::optional<std::size_t> size = octal_of(header, 124, 12);
    if (!about_next && extension_.size) size = extension_.size;
    if (!size) return make_error(Code::kInvalidArgument, "tar: no valid size at byte " + std::to_string(at_));
    const std::string raw = about_next ? std::string() : raw_path(header);
    if (!about_next && *size > limits_.file_bytes && refused_type(type) == nullptr) {
      return too_large("bytes of " + shown(raw), limits_.file_bytes, std::to_string(*size));
    }
    if (*size > tar_.size() - at_ - kBlock) return cut_short();
    const std::string_view content = tar_.substr(at_ + kBlock, *size);
    if (about_next) {
      GW_CHECK_OK(extend(type, content));
    } else {
      GW_CHECK_OK(take(type, raw, content));
      extension_ = {};
    }
    at_ = std::min(tar_.size(), at_ + kBlock + (*size + kBlock - 1) / kBlock * kBlock);
    return {};
  }

  std::string raw_path(std::string_view header) const {
    if (extension_.path) return *extension_.path;
    const std::string name(text_of(header, 0, 100));
    const std::string_view prefix = text_of(header, 257, 6) == "ustar" ? text_of(header, 345, 155) : std::string_view();
    return prefix.empty() ? name : std::string(prefix) + "/" + name;
  }

  base::Status extend(char type, std::string_view content) {
    if (content.size() > kMaxExtension) {
      return too_large("bytes of an extended header", kMaxExtension, std::to_string(content.size()));
    }
    if (type == 'L') {
      extension_.path = std::string(content.substr(0, content.find('\0')));
      return {};
    }
    // 'g' is for all entries after it: what it could say of a path would be said of all alike. 'K' is a link's target.
    if (type != 'x') return {};
    return read_pax(content, extension_);
  }

  base::Status take(char type, const std::string& raw, std::string_view content) {
    if (const char* why = refused_type(type)) {
      return make_error(Code::kInvalidArgument, "archive entry " + shown(raw) + ": " + why);
    }
    GW_TRY(std::string path, safe_path(raw));
    if (type == '5' || raw.ends_with('/')) return {};  // before ustar a folder was a name with a slash behind it
    if (path.empty())
      return make_error(Code::kInvalidArgument, "archive entry " + shown(raw) + ": not the path of a file");
    if (files_.contains(path)) {
      return make_error(Code::kInvalidArgument, "archive entry " + shown(path) + ": is there twice");
    }
    if (files_.size() >= limits_.files) return too_large("files", limits_.files, "more");
    files_.emplace(std::move(path), content);
    return {};
  }

  std::string_view tar_;
  const ArchiveLimits& limits_;
  std::size_t at_ = 0;
  Extension extension_;
  std::map<std::string, std::string> files_;
};

}  // namespace

Result<std::map<std::string, std::string>> read_archive(std::string_view bytes, const ArchiveLimits& limits) {
  if (bytes.size() > limits.archive_bytes) {
    return too_large("bytes of the archive", limits.archive_bytes, std::to_string(bytes.size()));
  }
  if (bytes.empty()) return make_error(Code::kInvalidArgument, "expected a tar or tar.gz archive, found nothing");
  if (!bytes.starts_with("\x1f\x8b")) {
    if (bytes.size() > limits.unpacked_bytes) return too_large("unpacked bytes", limits.unpacked_bytes, "more");
    return Reader(bytes, limits).read();
  }
  GW_TRY(const std::string tar, gunzip(bytes, limits.unpacked_bytes));
  return Reader(tar, limits).read();
}

}  // namespace groundwork::assess
