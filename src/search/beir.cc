#include "search/beir.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>

#include "base/utf8.h"
#include "search/lines.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;
namespace fs = std::filesystem;
namespace json = base::json;

namespace {

Result<json::object> object_of(const std::string& line, const std::string& where) {
  if (!base::is_utf8(line)) return make_error(Code::kInvalidArgument, "expected UTF-8", where);
  auto value = base::parse_json(line, kLongestLine);
  if (!value.ok()) return make_error(Code::kInvalidArgument, value.error().text(), where);
  if (!value->is_object()) {
    return make_error(Code::kInvalidArgument, "expected an object, found " + std::string(base::json_type_name(*value)),
                      where);
  }
  return std::move(value->get_object());
}

/// A string, or a whole number as text: both are common as ids.
Result<std::string> id_of(const json::object& object, const std::string& where) {
  const json::value* id = object.if_contains("_id");
  if (id != nullptr && id->is_int64()) return std::to_string(id->get_int64());
  if (id == nullptr || !id->is_string() || id->get_string().empty()) {
    return make_error(Code::kInvalidArgument,
                      "expected \"_id\" as a string that is not empty, found " +
                          (id == nullptr ? std::string("none") : std::string(base::json_type_name(*id))),
                      where);
  }
  return std::string(id->get_string());
}

/// Ids that are there once, with the line where each was.
class Once {
 public:
  Status add(const std::string& id, const std::string& where) {
    const auto [before, added] = lines_.emplace(id, where);
    if (added) return {};
    return make_error(Code::kInvalidArgument,
                      "the _id '" + base::clip(id, 80) + "' was at " + before->second + " before", where);
  }

 private:
  std::unordered_map<std::string, std::string> lines_;
};

Status read_judgement(const std::string& line, const std::string& where, Judgements& all) {
  const std::vector<std::string_view> columns = columns_of(line);
  if (columns.size() != 3 && columns.size() != 4) {
    return make_error(Code::kInvalidArgument,
                      "expected query-id, corpus-id and score, found " + std::to_string(columns.size()) + " columns",
                      where);
  }
  const std::string_view score = columns.back();
  int relevance = 0;
  const auto [end, error] = std::from_chars(score.data(), score.data() + score.size(), relevance);
  if (error != std::errc() || end != score.data() + score.size()) {
    const bool header = where.ends_with(":1");
    if (header) return {};
    return make_error(Code::kInvalidArgument, "expected a whole number as score, found '" + base::clip(score, 40) + "'",
                      where);
  }
  const std::string_view document = columns[columns.size() - 2];
  if (relevance > 0) all[std::string(columns.front())][std::string(document)] = relevance;
  return {};
}

}  // namespace

bool is_beir(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / "corpus.jsonl", error);
}

Status for_each_document(const fs::path& folder, const std::function<Status(Document)>& f) {
  const fs::path path = folder / "corpus.jsonl";
  Once ids;
  std::size_t documents = 0;
  GW_CHECK_OK(for_each_line(path, [&](const std::string& line, const std::string& where) -> Status {
    GW_TRY(const json::object object, object_of(line, where));
    Document document;
    GW_TRY(document.id, id_of(object, where));
    GW_CHECK_OK(ids.add(document.id, where));
    const json::value* text = object.if_contains("text");
    if (text == nullptr || !text->is_string()) {
      return make_error(Code::kInvalidArgument,
                        "expected \"text\" as a string, found " +
                            (text == nullptr ? std::string("none") : std::string(base::json_type_name(*text))),
                        where);
    }
    document.text = text->get_string();
    document.title = base::string_or(object, "title");
    if (const auto* metadata = object.if_contains("metadata"); metadata != nullptr && metadata->is_object()) {
      document.metadata = metadata->get_object();
    }
    ++documents;
    return f(std::move(document));
  }));
  if (documents == 0) return make_error(Code::kInvalidArgument, "the corpus is empty", path.string());
  return {};
}

Result<TestSet> load_test_set(const fs::path& folder) {
  TestSet set;
  std::error_code error;
  fs::path qrels = folder / "qrels.tsv";
  if (!fs::is_regular_file(qrels, error)) qrels = folder / "qrels" / "test.tsv";
  Judgements all;
  GW_CHECK_OK(for_each_line(
      qrels, [&](const std::string& line, const std::string& where) { return read_judgement(line, where, all); }));
  Once ids;
  const fs::path queries = folder / "queries.jsonl";
  GW_CHECK_OK(for_each_line(queries, [&](const std::string& line, const std::string& where) -> Status {
    GW_TRY(const json::object object, object_of(line, where));
    GW_TRY(std::string id, id_of(object, where));
    GW_CHECK_OK(ids.add(id, where));
    auto text = base::get_string(object, "text", where);
    if (!text.ok()) return std::move(text).error();
    const auto judged = all.find(id);
    if (judged == all.end()) return {};
    set.judgements.insert(all.extract(judged));
    set.queries.push_back({std::move(id), *std::move(text)});
    return {};
  }));
  for (const auto& [query, documents] : all) {
    set.warnings.push_back(qrels.string() + ": judges query '" + query + "', which is not in " + queries.string());
  }
  if (set.queries.empty())
    return make_error(Code::kInvalidArgument, "no query has a relevant document", qrels.string());
  return set;
}

}  // namespace groundwork::search
