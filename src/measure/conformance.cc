#include "measure/conformance.h"

#include <algorithm>
#include <functional>
#include <memory>
#include <set>

#include "http/client.h"
#include "measure/service.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Result;

constexpr char kDocuments[] = R"({"documents": [
  {"id": "conformance-a", "text": "The zorbling heron waits beside the river.", "metadata": {"kind": "bird", "year": 2001}},
  {"id": "conformance-b", "text": "A zorbling otter swims under the bridge.", "metadata": {"kind": "mammal", "year": 2002}},
  {"id": "conformance-c", "text": "Every zorbling falcon dives from the cliff.", "metadata": {"kind": "bird", "year": 2003}},
  {"id": "conformance-d", "text": "No zorbling whale leaves the sea.", "metadata": {"year": 2004}},
  {"id": "conformance-e", "text": "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144 zorbling.", "metadata": {"kind": ["bird", "story"]}}]})";

std::string start_of(const std::string& text) { return text.size() > 160 ? text.substr(0, 160) + "..." : text; }

/// A service that is asked; every answer comes as JSON or as a sentence.
class Prober {
 public:
  Prober(const ConformanceOptions& options, schema::Validator schema, std::unique_ptr<http::Client> client)
      : options_(options), schema_(std::move(schema)), client_(std::move(client)) {}

  Result<http::ClientResponse> post(const std::string& path, const std::string& body) const {
    http::ClientRequest request;
    request.method = "POST";
    request.url = options_.target + path;
    request.headers.set("Content-Type", "application/json");
    request.body = body;
    request.deadlines.whole = options_.call_deadline;
    request.stop = options_.stop;
    return client_->fetch_blocking(request);
  }

  /// The ids of an answer that fits the schema; else `wrong` says what was found.
  std::vector<std::string> ids(const std::string& body, std::string& wrong) const {
    const json::value answer = search(body, wrong);
    std::vector<std::string> out;
    if (!wrong.empty()) return out;
    for (const json::value& one : answer.at("results").as_array()) out.emplace_back(one.at("id").as_string());
    return out;
  }

  json::value search(const std::string& body, std::string& wrong) const {
    const auto response = post("/search", body);
    if (!response.ok()) {
      wrong = response.error().message;
      return {};
    }
    JsonReading reading = read_json(*response, &schema_);
    if (reading.breach) wrong = "POST /search " + start_of(body) + ": " + reading.breach->message;
    return std::move(reading.body);
  }

 private:
  const ConformanceOptions& options_;
  schema::Validator schema_;
  std::unique_ptr<http::Client> client_;
};

using Ids = std::set<std::string>;

std::string shown(const std::vector<std::string>& ids) {
  std::string out;
  for (const std::string& one : ids) out += (out.empty() ? "" : ", ") + one;
  return out.empty() ? "nothing" : start_of(out);
}

/// Our documents that a filtered search gives must be just these.
std::string filtered(const Prober& prober, const std::string& filters, const Ids& wanted) {
  std::string wrong;
  const std::string body = R"({"query": "zorbling", "top_k": 50, "filters": )" + filters + "}";
  const std::vector<std::string> found = prober.ids(body, wrong);
  if (!wrong.empty()) return wrong;
  Ids ours;
  for (const std::string& one : found) {
    if (one.starts_with("conformance-")) ours.insert(one);
  }
  if (ours == wanted) return "";
  return "the filter " + filters + " keeps " + shown({wanted.begin(), wanted.end()}) + " of ours, found " +
         shown({ours.begin(), ours.end()});
}

std::string first_wrong(const std::vector<std::string>& all) {
  for (const std::string& one : all) {
    if (!one.empty()) return one;
  }
  return "";
}

std::string refused(const Prober& prober, const std::string& path, const std::string& body) {
  const auto response = prober.post(path, body);
  if (!response.ok()) return response.error().message;
  if (response->status != 400) {
    return "POST " + path + " " + start_of(body) + ": expected status 400, found " + std::to_string(response->status);
  }
  return "";
}

std::string taken(const Prober& prober, const std::string& body, std::int64_t count) {
  const auto response = prober.post("/documents", body);
  if (!response.ok()) return response.error().message;
  const JsonReading reading = read_json(*response, nullptr);
  if (reading.breach) return "POST /documents: " + reading.breach->message;
  if (!reading.body.is_object()) return "POST /documents: expected an object";
  const std::int64_t indexed = base::int_or(reading.body.get_object(), "indexed", -1);
  if (indexed == count) return "";
  return "POST /documents: expected 'indexed' to be " + std::to_string(count) + ", found " + std::to_string(indexed);
}

std::string finds_first(const Prober& prober, const std::string& query, const std::string& id) {
  std::string wrong;
  const auto found = prober.ids(json::serialize(json::object{{"query", query}}), wrong);
  if (!wrong.empty()) return wrong;
  if (!found.empty() && found.front() == id) return "";
  return "'" + query + "' should find " + id + " first, found " + shown(found);
}

std::string in_order(const Prober& prober) {
  std::string wrong;
  const json::value answer = prober.search(R"({"query": "zorbling bird by the river", "top_k": 20})", wrong);
  if (!wrong.empty()) return wrong;
  const json::array& results = answer.at("results").as_array();
  Ids seen;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string at = "/results/" + std::to_string(i);
    if (!seen.insert(std::string(results[i].at("id").as_string())).second) return at + "/id: is there twice";
    if (i > 0 && results[i].at("score").to_number<double>() > results[i - 1].at("score").to_number<double>()) {
      return at + "/score: is above the one before it";
    }
  }
  return "";
}

std::string bounded(const Prober& prober) {
  for (const std::size_t top_k : {1, 3}) {
    std::string wrong;
    const auto found = prober.ids(R"({"query": "zorbling", "top_k": )" + std::to_string(top_k) + "}", wrong);
    if (!wrong.empty()) return wrong;
    if (found.size() != top_k) {
      return "top_k " + std::to_string(top_k) + " with five documents that fit: found " + std::to_string(found.size());
    }
  }
  return "";
}

std::string replaced(const Prober& prober) {
  const std::string again = taken(
      prober,
      R"({"documents": [{"id": "conformance-a", "text": "The quibbling heron has flown.", "metadata": {"kind": "bird", "year": 2001}}]})",
      1);
  if (!again.empty()) return again;
  std::string wrong;
  const json::value answer = prober.search(R"({"query": "quibbling heron", "top_k": 50})", wrong);
  if (!wrong.empty()) return wrong;
  std::vector<std::string> texts;
  for (const json::value& one : answer.at("results").as_array()) {
    if (one.at("id").as_string() == "conformance-a") texts.emplace_back(one.at("text").as_string());
  }
  if (texts.size() == 1 && texts[0].find("quibbling") != std::string::npos) return "";
  return "conformance-a was posted again with another text; its results have " +
         (texts.empty() ? std::string("nothing of it") : "'" + start_of(texts[0]) + "'");
}

struct Rule {
  const char* name;
  const char* rule;
  std::function<std::string(const Prober&)> broken;  ///< empty: kept
};

const std::vector<Rule>& rules() {
  static const std::vector<Rule> all = {
      {"documents-taken", "POST /documents says how many documents it took",
       [](const Prober& p) { return taken(p, kDocuments, 5); }},
      {"found-at-once", "documents are found once the answer to POST /documents is there",
       [](const Prober& p) { return finds_first(p, "zorbling otter bridge", "conformance-b"); }},
      {"order", "scores do not increase, and no id is there twice", in_order},
      {"top-k", "at most top_k results, and as many where so many fit", bounded},
      {"filters-hold", "filters hold inside the search: a value, a list of which one is enough, or operators",
       [](const Prober& p) {
         return first_wrong(
             {filtered(p, R"({"kind": "mammal"})", {"conformance-b"}),
              filtered(p, R"({"year": [2001, 2004]})", {"conformance-a", "conformance-d"}),
              filtered(p, R"({"year": {"$gte": 2002, "$lt": 2004}})", {"conformance-b", "conformance-c"}),
              filtered(p, R"({"kind": "bird", "year": {"$gt": 2001}})", {"conformance-c"})});
       }},
      {"filters-of-lists", "a list in the metadata meets a condition when one of its values does",
       [](const Prober& p) { return filtered(p, R"({"kind": "story"})", {"conformance-e"}); }},
      {"missing-keys", "a document without the key meets no condition but $ne and $nin",
       [](const Prober& p) {
         return first_wrong({filtered(p, R"({"kind": {"$ne": "bird"}})", {"conformance-b", "conformance-d"}),
                             filtered(p, R"({"year": {"$lt": 3000}})",
                                      {"conformance-a", "conformance-b", "conformance-c", "conformance-d"})});
       }},
      {"empty-filter-result", "a filter that nothing meets gives no result",
       [](const Prober& p) { return filtered(p, R"({"kind": "fish"})", {}); }},
      {"equal-filters", "a value and $eq, a list and $in, are the same filter",
       [](const Prober& p) {
         return first_wrong({filtered(p, R"({"kind": {"$eq": "mammal"}})", {"conformance-b"}),
                             filtered(p, R"({"year": {"$in": [2001, 2004]}})", {"conformance-a", "conformance-d"})});
       }},
      {"unicode", "texts are UTF-8, and found by words that are not ASCII",
       [](const Prober& p) { return finds_first(p, "ja\u017a\u0144 g\u0119\u015bl\u0105", "conformance-e"); }},
      {"replaced", "a document with the id of another replaces it", replaced},
      {"bad-requests", "a request that doesn't fit the contract is refused with status 400",
       [](const Prober& p) {
         return first_wrong({refused(p, "/search", "{}"), refused(p, "/search", R"({"query": " "})"),
                             refused(p, "/search", R"({"query": "x", "top_k": 0})"), refused(p, "/search", "{"),
                             refused(p, "/search", R"({"query": "x", "filters": {"a": {"$near": 1}}})"),
                             refused(p, "/documents", R"({"documents": []})")});
       }},
  };
  return all;
}

}  // namespace

Result<std::vector<ConformanceCheck>> check_search_contract(const ConformanceOptions& options) {
  GW_TRY(const Contract contract, Contract::load(options.contracts / "search.openapi.yaml"));
  GW_TRY(schema::Validator schema, contract.answer("/search", "post"));
  GW_TRY(auto client, http::Client::create());
  const Prober prober(options, std::move(schema), std::move(client));
  std::vector<ConformanceCheck> out;
  for (const Rule& rule : rules()) {
    if (options.stop.stop_requested()) return base::make_error(base::Code::kCancelled, "cancelled");
    const std::string broken = rule.broken(prober);
    out.push_back({rule.name, rule.rule, broken.empty(), broken});
  }
  return out;
}

json::object to_json(const ConformanceCheck& check) {
  return {{"name", check.name}, {"rule", check.rule}, {"kept", check.kept}, {"found", check.found}};
}

}  // namespace groundwork::measure
