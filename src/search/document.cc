#include "search/document.h"

#include "base/utf8.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
namespace json = base::json;

base::Status check_document(const Document& document) {
  const auto bad = [](std::string what) { return make_error(Code::kInvalidArgument, std::move(what)); };
  if (document.id.empty()) return bad("a document has no id");
  if (document.id.size() > kLongestId) {
    return bad("an id has " + std::to_string(document.id.size()) + " bytes, expected at most " +
               std::to_string(kLongestId));
  }
  if (!base::is_utf8(document.id)) {
    return bad("the id '" + base::clip(document.id, 200) + "' is not UTF-8");
  }
  for (const std::string* text : {&document.title, &document.text}) {
    if (!base::is_utf8(*text)) return bad("document '" + document.id + "' is not UTF-8");
  }
  return {};
}

std::string stored_form(const Document& document) {
  json::object stored{{"title", document.title}, {"text", document.text}};
  if (!document.metadata.empty()) stored["metadata"] = document.metadata;
  if (!document.place.empty()) stored["place"] = document.place;
  return json::serialize(stored);
}

std::optional<Document> document_of(std::string_view id, std::string_view text) {
  auto parsed = base::parse_json(text, std::size_t{1} << 30);
  if (!parsed.ok() || !parsed->is_object()) return std::nullopt;
  json::object& stored = parsed->get_object();
  Document document{std::string(id), base::string_or(stored, "title"), base::string_or(stored, "text"), {}, {}};
  if (auto* metadata = stored.if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
    document.metadata = std::move(metadata->get_object());
  }
  if (auto* place = stored.if_contains("place"); place != nullptr && place->is_object()) {
    document.place = std::move(place->get_object());
  }
  return document;
}

}  // namespace groundwork::search
