#include "measure/documents.h"

#include <algorithm>

#include "base/file.h"
#include "measure/hidden.h"

namespace groundwork::measure {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {
constexpr std::size_t kBatch = 100;  // documents in one POST
}

Result<PostedDocuments> PostedDocuments::load(const Suite& suite, std::uint64_t seed) {
  if (suite.documents.empty()) {
    return make_error(Code::kInvalidArgument,
                      "expected the key 'documents': contract " + suite.contract + " needs some",
                      (suite.folder / "suite.yaml").string());
  }
  PostedDocuments out;
  GW_TRY(CaseReader reader, CaseReader::open(suite.folder / suite.documents));
  while (true) {
    GW_TRY(std::optional<Case> one, reader.next());
    if (!one) break;
    GW_CHECK_OK(out.add(std::move(one->data), reader.where()));
  }
  if (suite.hidden.file.empty()) return out;
  const std::string file = (suite.folder / suite.hidden.file).string();
  GW_TRY(const std::string text, base::read_file(file));
  GW_TRY(const schema::Document document, schema::parse_yaml(text, file));
  GW_TRY(HiddenSet set, draw_hidden(document, suite.hidden.documents, suite.hidden.cases, seed));
  for (json::object& one : set.documents) GW_CHECK_OK(out.add(std::move(one), file));
  out.hidden_cases_ = std::move(set.cases);
  return out;
}

Status PostedDocuments::add(json::object document, const std::string& where) {
  GW_TRY(const std::string id, base::get_string(document, "id", where));
  GW_TRY(const std::string text, base::get_string(document, "text", where));
  const json::value* metadata = document.if_contains("metadata");
  if (metadata != nullptr && !metadata->is_object()) {
    return make_error(Code::kInvalidArgument, "metadata: expected an object", where);
  }
  if (!metadata_.emplace(id, metadata != nullptr ? metadata->get_object() : json::object{}).second) {
    return make_error(Code::kInvalidArgument, "id: '" + id + "' is there twice", where);
  }
  posted_.emplace_back(std::move(document));
  return {};
}

std::vector<Call> PostedDocuments::calls() const {
  std::vector<Call> out;
  for (std::size_t i = 0; i < posted_.size(); i += kBatch) {
    json::array batch;
    for (std::size_t k = i; k < std::min(posted_.size(), i + kBatch); ++k) batch.push_back(posted_[k]);
    out.push_back({"POST", "/documents", json::serialize(json::object{{"documents", std::move(batch)}}), {}});
  }
  return out;
}

std::optional<Breach> PostedDocuments::read(const http::ClientResponse& response, const Call& call) {
  JsonReading reading = read_json(response, nullptr);
  const std::string where = call.method + " " + call.path + ": ";
  if (reading.breach) {
    reading.breach->message = where + reading.breach->message;
    return reading.breach;
  }
  if (!reading.body.is_object()) return Breach{"schema", where + "expected an object with 'indexed'"};
  const json::value* errors = reading.body.get_object().if_contains("errors");
  if (errors == nullptr || !errors->is_array() || errors->get_array().empty()) return std::nullopt;
  const json::value& first = errors->get_array()[0];
  return Breach{"documents_refused",
                where + std::to_string(errors->get_array().size()) + " documents were refused, first: " +
                    (first.is_object() ? base::string_or(first.get_object(), "error", "no reason given") : "")};
}

}  // namespace groundwork::measure
