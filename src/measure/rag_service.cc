#include <algorithm>

#include "measure/documents.h"
#include "measure/services.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

constexpr std::size_t kFirstPassages = 5;

/// Contract 2: documents are added, questions are answered from them with citations, or not at all.
class RagService final : public Service {
 public:
  RagService(schema::Validator schema, PostedDocuments documents, std::int64_t top_k)
      : schema_(std::move(schema)), documents_(std::move(documents)), top_k_(top_k) {}

  base::Status check_case(const Case& one, const std::string& where) const override {
    GW_TRY(const std::string question, base::get_string(one.data, "question", where));
    const json::value* needs = one.data.if_contains("needs");
    if (needs == nullptr) return {};
    if (!needs->is_array()) return make_error(Code::kInvalidArgument, "needs: expected lists of documents", where);
    for (const json::value& places : needs->get_array()) {
      if (!places.is_array() || places.get_array().empty()) {
        return make_error(Code::kInvalidArgument, "needs: expected a list of documents, any of which will do", where);
      }
      for (const json::value& id : places.get_array()) {
        if (!id.is_string() || !documents_.all().contains(std::string_view(id.get_string()))) {
          return make_error(Code::kInvalidArgument, "needs: " + json::serialize(id) + " is no document of this suite",
                            where);
        }
      }
    }
    return {};
  }

  std::vector<Call> setup() const override { return documents_.calls(); }
  std::optional<Breach> read_setup(const http::ClientResponse& response, const Call& call) const override {
    return PostedDocuments::read(response, call);
  }

  Call call(const Case& one) const override {
    json::object body{{"question", one.data.at("question")}, {"top_k", top_k_}};
    if (const json::value* filters = one.data.if_contains("filters")) body["filters"] = *filters;
    return {"POST", "/ask", json::serialize(body), {}};
  }

  Reading read(const Case& one, const http::ClientResponse& response) const override {
    static_cast<void>(one);
    JsonReading reading = read_json(response, &schema_);
    Reading out;
    out.breach = std::move(reading.breach);
    if (out.breach) return out;
    const json::object& body = reading.body.as_object();
    out.breach = broken(body);
    fill(body, out.answer);
    return out;
  }

  std::string sentence(const std::string& code, std::size_t count, std::size_t of,
                       const std::string& example) const override {
    const std::string share = std::to_string(count) + " of " + std::to_string(of) + " answers (first: " + example + ")";
    if (code == "unknown_ids") return "answers read documents that were never added: " + share;
    if (code == "uncited_passage") return "citations are of passages that the answer doesn't list: " + share;
    if (code == "quote_mismatch") return "quotes don't stand in the cited passage from start to end: " + share;
    if (code == "cited_abstention") return "answers abstain and cite all the same: " + share;
    if (code == "documents_refused") return "documents are refused: " + example;
    return Service::sentence(code, count, of, example);
  }

 private:
  /// The document that a passage is, or is a part of: "id", "id#2", "id/2".
  const std::string* document_of(std::string_view passage) const {
    for (std::size_t length = passage.size(); length > 0; --length) {
      const bool whole = length == passage.size();
      if (!whole && std::string_view("#/:@").find(passage[length]) == std::string_view::npos) continue;
      const auto found = documents_.all().find(passage.substr(0, length));
      if (found != documents_.all().end()) return &found->first;
    }
    return nullptr;
  }

  std::optional<Breach> broken(const json::object& body) const {
    const json::array& passages = body.at("passages").as_array();
    const json::array& citations = body.at("citations").as_array();
    for (const json::value& passage : passages) {
      const std::string_view id = passage.at("id").as_string();
      if (document_of(id) == nullptr) return Breach{"unknown_ids", "'" + std::string(id.substr(0, 80)) + "'"};
    }
    if (body.at("abstained").as_bool() && !citations.empty()) {
      return Breach{"cited_abstention", std::to_string(citations.size()) + " citations"};
    }
    for (std::size_t i = 0; i < citations.size(); ++i) {
      if (auto breach = broken_citation(citations[i].as_object(), passages, "/citations/" + std::to_string(i))) {
        return breach;
      }
    }
    return std::nullopt;
  }

  static std::optional<Breach> broken_citation(const json::object& citation, const json::array& passages,
                                               const std::string& pointer) {
    const std::string_view id = citation.at("id").as_string();
    const auto passage =
        std::ranges::find_if(passages, [&](const json::value& one) { return one.at("id").as_string() == id; });
    if (passage == passages.end()) {
      return Breach{"uncited_passage", pointer + "/id: '" + std::string(id.substr(0, 80)) + "' is no passage"};
    }
    const std::string_view text = passage->at("text").as_string();
    const std::string_view quote = citation.at("quote").as_string();
    const auto start = citation.at("start").to_number<std::uint64_t>();
    const auto end = citation.at("end").to_number<std::uint64_t>();
    if (start > end || end > text.size() || text.substr(start, end - start) != quote) {
      return Breach{"quote_mismatch", pointer + ": the passage's bytes " + std::to_string(start) + " to " +
                                          std::to_string(end) + " are not the quote '" +
                                          std::string(quote.substr(0, 60)) + "'"};
    }
    return std::nullopt;
  }

  void fill(const json::object& body, Answer& answer) const {
    const bool abstained = body.at("abstained").as_bool();
    answer.text = abstained ? "" : std::string(body.at("answer").as_string());
    json::array cited;
    json::array quotes;
    for (const json::value& one : body.at("citations").as_array()) {
      if (const std::string* id = document_of(one.at("id").as_string())) cited.emplace_back(*id);
      quotes.push_back(one.at("quote"));
    }
    json::array first;
    json::array texts;
    for (const json::value& one : body.at("passages").as_array()) {
      const std::string* id = document_of(one.at("id").as_string());
      if (id != nullptr && texts.size() < kFirstPassages) first.emplace_back(*id);
      texts.push_back(one.at("text"));
    }
    answer.body = json::object{{"answer", answer.text}, {"cited", cited}, {"abstained", abstained}};
    answer.row = {{"cited", std::move(cited)},
                  {"first_passages", std::move(first)},
                  {"passages", std::move(texts)},
                  {"abstained", abstained}};
  }

  schema::Validator schema_;
  PostedDocuments documents_;
  std::int64_t top_k_;
};

}  // namespace

Result<std::unique_ptr<Service>> make_rag_service(const Suite& suite, std::uint64_t seed) {
  GW_TRY(const Contract contract, Contract::load(suite.contracts / "rag.openapi.yaml"));
  GW_TRY(schema::Validator schema, contract.answer("/ask", "post"));
  GW_TRY(PostedDocuments documents, PostedDocuments::load(suite, seed));
  return std::unique_ptr<Service>(
      std::make_unique<RagService>(std::move(schema), std::move(documents), base::int_or(suite.request, "top_k", 6)));
}

}  // namespace groundwork::measure
