#include "search/manifest.h"

#include "base/file.h"
#include "base/hash.h"
#include "search/analyzer.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace json = base::json;

namespace {

constexpr std::int64_t kFormat = 1;

/// A name that stays in the folder, whatever wrote the manifest.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '.' &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") == std::string_view::npos;
}

json::object to_json(const Manifest& manifest) {
  json::array segments;
  for (const ManifestSegment& segment : manifest.segments) {
    segments.push_back(json::object{{"file", segment.file}, {"deleted", segment.deleted}});
  }
  return {{"format", kFormat},
          {"analyzer", Analyzer::kVersion},
          {"generation", manifest.generation},
          {"embedder", manifest.embedder},
          {"dimensions", manifest.dimensions},
          {"title_weight", manifest.title_weight},
          {"next_file", manifest.next_file},
          {"segments", std::move(segments)},
          {"properties", manifest.properties}};
}

Result<Manifest> from_json(const json::object& object) {
  Manifest manifest;
  const auto read = [&](std::string_view key, auto& into) -> Status {
    GW_TRY(const std::int64_t value, base::get_int(object, key, "manifest"));
    if (value < 0 || value > INT32_MAX) return make_error(Code::kDataLoss, std::string(key) + " is out of range");
    into = static_cast<std::remove_reference_t<decltype(into)>>(value);
    return {};
  };
  GW_CHECK_OK(read("generation", manifest.generation));
  GW_CHECK_OK(read("dimensions", manifest.dimensions));
  GW_CHECK_OK(read("title_weight", manifest.title_weight));
  GW_CHECK_OK(read("next_file", manifest.next_file));
  GW_TRY(manifest.embedder, base::get_string(object, "embedder", "manifest"));
  GW_TRY(const json::object* properties, base::get_object(object, "properties", "manifest"));
  manifest.properties = *properties;
  GW_TRY(const json::array* segments, base::get_array(object, "segments", "manifest"));
  for (const json::value& one : *segments) {
    if (!one.is_object()) return make_error(Code::kDataLoss, "a segment is no object");
    ManifestSegment segment;
    GW_TRY(segment.file, base::get_string(one.get_object(), "file", "manifest.segments"));
    GW_TRY(segment.deleted, base::get_string(one.get_object(), "deleted", "manifest.segments"));
    if (!is_plain_name(segment.file) || (!segment.deleted.empty() && !is_plain_name(segment.deleted))) {
      return make_error(Code::kDataLoss, "'" + segment.file + "' is no name of a segment");
    }
    manifest.segments.push_back(std::move(segment));
  }
  return manifest;
}

}  // namespace

Status write_manifest(const std::filesystem::path& folder, const Manifest& manifest) {
  const std::string content = base::canonical_json(to_json(manifest));
  return base::write_file_atomically(folder / kManifestName, base::sha256_hex(content) + "\n" + content + "\n");
}

Result<Manifest> read_manifest(const std::filesystem::path& folder) {
  const std::string where = (folder / kManifestName).string();
  auto bytes = base::read_file(folder / kManifestName);
  if (!bytes.ok() && bytes.error().code == Code::kNotFound) {
    return make_error(Code::kNotFound, "there is no index in " + folder.string() +
                                           "; 'groundwork search index --corpus DIR --index " + folder.string() +
                                           "' makes one");
  }
  if (!bytes.ok()) return std::move(bytes).error();
  constexpr std::size_t kDigits = 64;
  const bool framed = bytes->size() > kDigits + 2 && (*bytes)[kDigits] == '\n' && bytes->back() == '\n';
  const std::string content = framed ? bytes->substr(kDigits + 1, bytes->size() - kDigits - 2) : "";
  if (!framed || base::sha256_hex(content) != bytes->substr(0, kDigits)) {
    return make_error(Code::kDataLoss, "the checksum of the index's manifest is wrong: it is damaged; index again",
                      where);
  }
  auto parsed = base::parse_json(content);
  if (!parsed.ok()) return base::wrap(std::move(parsed).error(), where);
  if (!parsed->is_object()) return make_error(Code::kDataLoss, "expected an object", where);
  const json::object& object = parsed->get_object();
  if (base::int_or(object, "format", 0) != kFormat || base::int_or(object, "analyzer", 0) != Analyzer::kVersion) {
    return make_error(Code::kFailedPrecondition, "the index was made by another version; index again", where);
  }
  auto manifest = from_json(object);
  if (!manifest.ok()) return base::wrap(std::move(manifest).error(), where);
  return manifest;
}

}  // namespace groundwork::search
