#include <algorithm>
#include <set>

#include "measure/conformance_rules.h"

namespace groundwork::measure::detail {
namespace {

namespace json = base::json;

constexpr char kDocuments[] = R"({"documents": [
  {"id": "conformance-a", "text": "The zorbling heron waits beside the river.", "metadata": {"kind": "bird", "year": 2001}},
  {"id": "conformance-b", "text": "A zorbling otter swims under the bridge.", "metadata": {"kind": "mammal", "year": 2002}},
  {"id": "conformance-c", "text": "Every zorbling falcon dives from the cliff.", "metadata": {"kind": "bird", "year": 2003}},
  {"id": "conformance-d", "text": "No zorbling whale leaves the sea.", "metadata": {"year": 2004}},
  {"id": "conformance-e", "text": "Za\u017c\u00f3\u0142\u0107 g\u0119\u015bl\u0105 ja\u017a\u0144 zorbling.", "metadata": {"kind": ["bird", "story"]}}]})";

/// The ids of an answer that fits the schema; else `wrong` says what was found.
std::vector<std::string> ids(const Prober& prober, const std::string& body, std::string& wrong) {
  const json::value answer = prober.asked("/search", body, wrong);
  std::vector<std::string> out;
  if (!wrong.empty()) return out;
  for (const json::value& one : answer.at("results").as_array()) out.emplace_back(one.at("id").as_string());
  return out;
}

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
  const std::vector<std::string> found = ids(prober, body, wrong);
  if (!wrong.empty()) return wrong;
  Ids ours;
  for (const std::string& one : found) {
    if (one.starts_with("conformance-")) ours.insert(one);
  }
  if (ours == wanted) return "";
  return "the filter " + filters + " keeps " + shown({wanted.begin(), wanted.end()}) + " of ours, found " +
         shown({ours.begin(), ours.end()});
}

std::string finds_first(const Prober& prober, const std::string& query, const std::string& id) {
  std::string wrong;
  const auto found = ids(prober, json::serialize(json::object{{"query", query}}), wrong);
  if (!wrong.empty()) return wrong;
  if (!found.empty() && found.front() == id) return "";
  return "'" + query + "' should find " + id + " first, found " + shown(found);
}

std::string in_order(const Prober& prober) {
  std::string wrong;
  const json::value answer = prober.asked("/search", R"({"query": "zorbling bird by the river", "top_k": 20})", wrong);
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
    const auto found = ids(prober, R"({"query": "zorbling", "top_k": )" + std::to_string(top_k) + "}", wrong);
    if (!wrong.empty()) return wrong;
    if (found.size() != top_k) {
      return "top_k " + std::to_string(top_k) + " with five documents that fit: found " + std::to_string(found.size());
    }
  }
  return "";
}

std::string replaced(const Prober& prober) {
  const std::string again = prober.taken(
      R"({"documents": [{"id": "conformance-a", "text": "The quibbling heron has flown.", "metadata": {"kind": "bird", "year": 2001}}]})",
      1);
  if (!again.empty()) return again;
  std::string wrong;
  const json::value answer = prober.asked("/search", R"({"query": "quibbling heron", "top_k": 50})", wrong);
  if (!wrong.empty()) return wrong;
  std::vector<std::string> texts;
  for (const json::value& one : answer.at("results").as_array()) {
    if (one.at("id").as_string() == "conformance-a") texts.emplace_back(one.at("text").as_string());
  }
  if (texts.size() == 1 && texts[0].find("quibbling") != std::string::npos) return "";
  return "conformance-a was posted again with another text; its results have " +
         (texts.empty() ? std::string("nothing of it") : "'" + start_of(texts[0]) + "'");
}

}  // namespace

const std::vector<Rule>& search_rules() {
  static const std::vector<Rule> all = {
      {"documents-taken", "POST /documents says how many documents it took",
       "whoever loads documents can't tell which were lost", [](const Prober& p) { return p.taken(kDocuments, 5); }},
      {"found-at-once", "documents are found once the answer to POST /documents is there",
       "a document that was added and isn't found looks like one that was lost, and every measurement of ranking is of "
       "another index",
       [](const Prober& p) { return finds_first(p, "zorbling otter bridge", "conformance-b"); }},
      {"order", "scores do not increase, and no id is there twice",
       "callers cut the list at some length: what stands further down than its score says is never read", in_order},
      {"top-k", "at most top_k results, and as many where so many fit",
       "a caller that asks for a few and gets more, or fewer than there are, pages and prompts wrongly", bounded},
      {"filters-hold", "filters hold inside the search: a value, a list of which one is enough, or operators",
       "a filter that leaks shows people what they may not see, and answers with what they excluded",
       [](const Prober& p) {
         return first_wrong(
             {filtered(p, R"({"kind": "mammal"})", {"conformance-b"}),
              filtered(p, R"({"year": [2001, 2004]})", {"conformance-a", "conformance-d"}),
              filtered(p, R"({"year": {"$gte": 2002, "$lt": 2004}})", {"conformance-b", "conformance-c"}),
              filtered(p, R"({"kind": "bird", "year": {"$gt": 2001}})", {"conformance-c"})});
       }},
      {"filters-of-lists", "a list in the metadata meets a condition when one of its values does",
       "tags are lists: documents with several tags vanish or leak",
       [](const Prober& p) { return filtered(p, R"({"kind": "story"})", {"conformance-e"}); }},
      {"missing-keys", "a document without the key meets no condition but $ne and $nin",
       "documents without the key would be shown, or hidden, by accident of how they were stored",
       [](const Prober& p) {
         return first_wrong({filtered(p, R"({"kind": {"$ne": "bird"}})", {"conformance-b", "conformance-d"}),
                             filtered(p, R"({"year": {"$lt": 3000}})",
                                      {"conformance-a", "conformance-b", "conformance-c", "conformance-d"})});
       }},
      {"empty-filter-result", "a filter that nothing meets gives no result",
       "something that the filter excludes is worse than nothing",
       [](const Prober& p) { return filtered(p, R"({"kind": "fish"})", {}); }},
      {"equal-filters", "a value and $eq, a list and $in, are the same filter",
       "the same question in other words must not have another answer",
       [](const Prober& p) {
         return first_wrong({filtered(p, R"({"kind": {"$eq": "mammal"}})", {"conformance-b"}),
                             filtered(p, R"({"year": {"$in": [2001, 2004]}})", {"conformance-a", "conformance-d"})});
       }},
      {"unicode", "texts are UTF-8, and found by words that are not ASCII",
       "most of the world's documents are not ASCII",
       [](const Prober& p) { return finds_first(p, "ja\u017a\u0144 g\u0119\u015bl\u0105", "conformance-e"); }},
      {"replaced", "a document with the id of another replaces it",
       "old text that is still found, or an id that is there twice, misleads whoever reads it", replaced},
      {"bad-requests", "a request that doesn't fit the contract is refused with status 400",
       "a mistake of the caller that passes as 200 or 500 is found in production, by somebody else",
       [](const Prober& p) {
         return first_wrong({p.refused("/search", "{}"), p.refused("/search", R"({"query": " "})"),
                             p.refused("/search", R"({"query": "x", "top_k": 0})"), p.refused("/search", "{"),
                             p.refused("/search", R"({"query": "x", "filters": {"a": {"$near": 1}}})"),
                             p.refused("/documents", R"({"documents": []})")});
       }},
  };
  return all;
}

}  // namespace groundwork::measure::detail
