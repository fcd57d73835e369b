#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "measure/documents.h"
#include "measure/metadata.h"
#include "measure/services.h"
#include "score/plain_text.h"
#include "search/metrics.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

std::string in_quotes(std::string_view id) { return "'" + std::string(id.substr(0, 80)) + "'"; }

/// Contract 1: documents are added, queries find them.
class SearchService final : public Service {
 public:
  SearchService(schema::Validator schema, PostedDocuments documents, std::size_t top_k)
      : schema_(std::move(schema)), documents_(std::move(documents)), top_k_(top_k) {}

  base::Status check_case(const Case& one, const std::string& where) const override {
    GW_TRY(const std::string query, base::get_string(one.data, "query", where));
    if (const json::value* filters = one.data.if_contains("filters")) {
      if (const auto filter = search::filter_from_json(*filters); !filter.ok()) {
        return make_error(Code::kInvalidArgument, "filters: " + filter.error().message, where);
      }
    }
    GW_TRY(const json::object* relevant, base::get_object(one.data, "relevant", where));
    for (const auto& [id, grade] : *relevant) {
      if (!documents_.all().contains(std::string_view(id))) {
        return make_error(Code::kInvalidArgument, "relevant: " + in_quotes(id) + " is no document of this suite",
                          where);
      }
    }
    return {};
  }

  std::vector<Call> setup() const override { return documents_.calls(); }

  std::optional<Breach> read_setup(const http::ClientResponse& response, const Call& call) const override {
    return PostedDocuments::read(response, call);
  }

  Call call(const Case& one) const override {
    json::object body{{"query", one.data.at("query")}, {"top_k", top_k_of(one)}};
    if (const json::value* filters = one.data.if_contains("filters")) body["filters"] = *filters;
    return {"POST", "/search", json::serialize(body), {}};
  }

  Reading read(const Case& one, const http::ClientResponse& response) const override {
    JsonReading reading = read_json(response, &schema_);
    Reading out;
    out.breach = std::move(reading.breach);
    if (out.breach) return out;
    const json::array& results = reading.body.as_object().at("results").as_array();
    for (const json::value& result : results) out.answer.ranking.emplace_back(result.as_object().at("id").as_string());
    out.breach = broken(one, results, out.answer.ranking);
    json::array shown;
    for (const json::value& result : results) {
      shown.push_back(json::array{result.at("id"), result.at("score")});
    }
    out.answer.body = std::move(shown);
    return out;
  }

  std::vector<Case> hidden_cases() const override { return documents_.hidden_cases(); }

  std::optional<double> chance(const Metric& metric, const std::vector<Case>& cases) const override {
    if (metric.kinds != std::vector<std::string>{"search"}) return std::nullopt;
    base::Random random(1);
    double sum = 0;
    std::size_t count = 0;
    constexpr int kDraws = 20;
    for (const Case& one : cases) {
      const search::Filter filter = filter_of(one);
      std::vector<std::string> allowed;
      for (const auto& [id, metadata] : documents_.all()) {
        if (meets(metadata, filter)) allowed.push_back(id);
      }
      for (int draw = 0; draw < kDraws; ++draw) {
        random.shuffle(allowed);
        Answer answer;
        answer.ranking.assign(allowed.begin(),
                              allowed.begin() + static_cast<std::ptrdiff_t>(std::min(allowed.size(), top_k_of(one))));
        const auto value = metric.value(one, &answer);
        if (!value) continue;
        sum += value->value;
        ++count;
      }
    }
    if (count == 0) return std::nullopt;
    return sum / static_cast<double>(count);
  }

  std::string counted_against(const std::string& code) const override {
    return code == "filters_ignored" ? "filter_obedience" : "";
  }

  std::string sentence(const std::string& code, std::size_t count, std::size_t of,
                       const std::string& example) const override {
    const std::string share = std::to_string(count) + " of " + std::to_string(of);
    const std::string first = " (first: " + example + ")";
    if (code == "filters_ignored") {
      return "filters are ignored: " + share + " filtered searches returned documents that the filter excludes" + first;
    }
    if (code == "unknown_ids") {
      return "answers name documents that were never added: " + share + " searches" + first +
             "; if the service held other documents before, start it with an empty index";
    }
    if (code == "order") return "results are not in the order of their scores: " + share + " searches" + first;
    if (code == "duplicate_ids") return "one answer names a document twice: " + share + " searches" + first;
    if (code == "too_many_results") return "answers are longer than top_k: " + share + " searches" + first;
    if (code == "documents_refused") return "documents are refused: " + example;
    return Service::sentence(code, count, of, example);
  }

 private:
  std::size_t top_k_of(const Case& one) const {
    return static_cast<std::size_t>(base::int_or(one.data, "top_k", static_cast<std::int64_t>(top_k_)));
  }
  static search::Filter filter_of(const Case& one) {
    const json::value* filters = one.data.if_contains("filters");
    if (filters == nullptr) return {};
    auto filter = search::filter_from_json(*filters);
    return filter.ok() ? *std::move(filter) : search::Filter{};
  }

  /// What the contract says beyond the schema: the worst first.
  std::optional<Breach> broken(const Case& one, const json::array& results, const std::vector<std::string>& ids) const {
    for (const std::string& id : ids) {
      if (!documents_.all().contains(id)) return Breach{"unknown_ids", in_quotes(id)};
    }
    const search::Filter filter = filter_of(one);
    for (const std::string& id : ids) {
      const json::object& metadata = documents_.all().find(id)->second;
      if (!meets(metadata, filter)) {
        return Breach{"filters_ignored", in_quotes(id) + " with metadata " + json::serialize(metadata).substr(0, 120) +
                                             " for the filter " + json::serialize(one.data.at("filters"))};
      }
    }
    if (std::set<std::string>(ids.begin(), ids.end()).size() != ids.size()) {
      return Breach{"duplicate_ids", std::to_string(ids.size()) + " results, fewer documents"};
    }
    for (std::size_t i = 1; i < results.size(); ++i) {
      const double before = results[i - 1].at("score").to_number<double>();
      const double here = results[i].at("score").to_number<double>();
      if (here > before) {
        return Breach{"order", "/results/" + std::to_string(i) + "/score: expected at most " +
                                   score::plain_text(before) + ", found " + score::plain_text(here)};
      }
    }
    if (ids.size() > top_k_of(one)) {
      return Breach{"too_many_results",
                    std::to_string(ids.size()) + " results for top_k " + std::to_string(top_k_of(one))};
    }
    return std::nullopt;
  }

  schema::Validator schema_;
  PostedDocuments documents_;
  std::size_t top_k_;
};

}  // namespace

Result<std::unique_ptr<Service>> make_search_service(const Suite& suite, std::uint64_t seed) {
  GW_TRY(const Contract contract, Contract::load(suite.contracts / "search.openapi.yaml"));
  GW_TRY(schema::Validator schema, contract.answer("/search", "post"));
  const auto top_k = static_cast<std::size_t>(base::int_or(suite.request, "top_k", 10));
  GW_TRY(PostedDocuments documents, PostedDocuments::load(suite, seed));
  return std::unique_ptr<Service>(std::make_unique<SearchService>(std::move(schema), std::move(documents), top_k));
}

}  // namespace groundwork::measure
