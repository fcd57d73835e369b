#include "measure/hidden.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "base/suggest.h"
#include "measure/metadata.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using base::Code;
using base::make_error;
using base::Result;

struct SlotValue {
  json::value say;
  json::value ask;
};
using Slots = std::map<std::string, std::vector<SlotValue>>;
using Drawn = std::map<std::string, std::size_t>;  ///< slot to the index of its value

class Template {
 public:
  explicit Template(const schema::Document& from) : from_(from) {}

  base::Status read() {
    if (!from_.value.is_object()) return wrong("", "expected a template of hidden documents");
    const json::object& root = from_.value.get_object();
    for (const char* key : {"id", "slots", "document", "queries"}) {
      if (!root.contains(key)) return wrong("", "expected the key '" + std::string(key) + "'");
    }
    if (!root.at("slots").is_object()) return wrong("/slots", "expected slots with their values");
    for (const auto& [name, values] : root.at("slots").get_object()) {
      const std::string pointer = "/slots/" + std::string(name);
      if (!values.is_array() || values.get_array().empty()) return wrong(pointer, "expected a list of values");
      for (const json::value& one : values.get_array()) {
        const bool both = one.is_object() && one.get_object().contains("say") && one.get_object().contains("ask");
        if (one.is_object() && !both) return wrong(pointer, "expected a value, or {say: ..., ask: ...}");
        slots_[name].push_back(both ? SlotValue{one.at("say"), one.at("ask")} : SlotValue{one, one});
      }
    }
    if (!root.at("queries").is_array() || root.at("queries").get_array().empty()) {
      return wrong("/queries", "expected at least one query");
    }
    return {};
  }

  const Slots& slots() const { return slots_; }
  const json::value& part(std::string_view key) const { return from_.value.get_object().at(key); }
  base::Error wrong(const std::string& pointer, const std::string& what) const {
    const schema::Position at = from_.position_of(pointer);
    return make_error(Code::kInvalidArgument, what,
                      from_.file + ":" + std::to_string(at.line) + ":" + std::to_string(at.column));
  }

  /// The value with its placeholders filled. @param named  gets the slots that were
  Result<json::value> fill(const json::value& value, const Drawn& drawn, std::size_t number, const std::string& pointer,
                           std::set<std::string>* named) const {
    if (value.is_string()) return fill_text(std::string(value.get_string()), drawn, number, pointer, named);
    if (value.is_array()) {
      json::array out;
      for (const json::value& one : value.get_array()) {
        GW_TRY(json::value filled, fill(one, drawn, number, pointer, named));
        out.push_back(std::move(filled));
      }
      return json::value(std::move(out));
    }
    if (value.is_object()) {
      json::object out;
      for (const auto& [key, one] : value.get_object()) {
        GW_TRY(json::value filled, fill(one, drawn, number, pointer + "/" + std::string(key), named));
        out[key] = std::move(filled);
      }
      return json::value(std::move(out));
    }
    return value;
  }

 private:
  Result<json::value> fill_text(const std::string& text, const Drawn& drawn, std::size_t number,
                                const std::string& pointer, std::set<std::string>* named) const {
    std::string out;
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t open = text.find('{', at);
      const std::size_t close = open == std::string::npos ? open : text.find('}', open);
      if (close == std::string::npos) break;
      out += text.substr(at, open - at);
      std::string name = text.substr(open + 1, close - open - 1);
      const bool asked = name.ends_with(".ask");
      if (asked) name.resize(name.size() - 4);
      at = close + 1;
      if (name == "n") {
        out += std::to_string(number);
        continue;
      }
      const auto slot = slots_.find(name);
      if (slot == slots_.end()) {
        std::vector<std::string> names;
        for (const auto& [known, values] : slots_) names.push_back(known);
        return wrong(pointer, "unknown slot '" + name + "'" + base::did_you_mean(name, names));
      }
      if (named != nullptr) named->insert(name);
      const SlotValue& value = slot->second[drawn.at(name)];
      const json::value& used = asked ? value.ask : value.say;
      if (open == 0 && at == text.size()) return used;
      out += used.is_string() ? std::string(used.get_string()) : json::serialize(used);
    }
    return json::value(out + text.substr(at));
  }

  const schema::Document& from_;
  Slots slots_;
};

/// Combinations that differ from each other, drawn at random.
Result<std::vector<Drawn>> draw(const Template& from, std::size_t count, base::Random& random) {
  double possible = 1;
  for (const auto& [name, values] : from.slots()) possible *= static_cast<double>(values.size());
  if (possible < 2 * static_cast<double>(count)) {
    return from.wrong("/slots", "expected slots with at least " + std::to_string(2 * count) + " combinations for " +
                                    std::to_string(count) + " documents");
  }
  std::set<Drawn> seen;
  std::vector<Drawn> out;
  while (out.size() < count) {
    Drawn one;
    for (const auto& [name, values] : from.slots()) one[name] = random.below(values.size());
    if (seen.insert(one).second) out.push_back(std::move(one));
  }
  return out;
}

}  // namespace

Result<HiddenSet> draw_hidden(const schema::Document& from, std::size_t documents, std::size_t cases,
                              std::uint64_t seed) {
  Template made(from);
  GW_CHECK_OK(made.read());
  base::Random random(seed);
  GW_TRY(const std::vector<Drawn> drawn, draw(made, documents, random));
  HiddenSet out;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    GW_TRY(json::value filled, made.fill(made.part("document"), drawn[i], i + 1, "/document", nullptr));
    GW_TRY(json::value id, made.fill(made.part("id"), drawn[i], i + 1, "/id", nullptr));
    if (!filled.is_object() || !id.is_string()) return made.wrong("/document", "expected an object and a text as id");
    json::object document = std::move(filled.get_object());
    document["id"] = id;
    out.documents.push_back(std::move(document));
  }
  const json::array& queries = made.part("queries").get_array();
  for (std::size_t i = 0; i < cases; ++i) {
    // Each kind of query in turn, for documents at random.
    const std::size_t which = i % queries.size();
    const std::string pointer = "/queries/" + std::to_string(which);
    const std::size_t about = random.below(drawn.size());
    if (!queries[which].is_object() || !queries[which].get_object().contains("query")) {
      return made.wrong(pointer, "expected the key 'query'");
    }
    std::set<std::string> named;
    const json::object& pattern = queries[which].get_object();
    GW_TRY(const json::value query, made.fill(pattern.at("query"), drawn[about], about + 1, pointer, &named));
    Case one;
    one.id = "hidden-case-" + std::to_string(i + 1);
    one.index = i;
    one.data = {{"id", one.id}, {"query", query}, {"hidden", true}};
    search::Filter filter;
    if (const json::value* filters = pattern.if_contains("filters")) {
      GW_TRY(json::value filled, made.fill(*filters, drawn[about], about + 1, pointer + "/filters", nullptr));
      auto read = search::filter_from_json(filled);
      if (!read.ok()) return made.wrong(pointer + "/filters", read.error().message);
      filter = *std::move(read);
      one.data["filters"] = std::move(filled);
    }
    json::object relevant;
    for (std::size_t d = 0; d < drawn.size(); ++d) {
      const bool same = std::ranges::all_of(
          named, [&](const std::string& slot) { return drawn[d].at(slot) == drawn[about].at(slot); });
      const json::value* metadata = out.documents[d].if_contains("metadata");
      static const json::object kNone;
      if (same && meets(metadata != nullptr ? metadata->as_object() : kNone, filter)) {
        relevant[out.documents[d].at("id").as_string()] = 1;
      }
    }
    if (relevant.empty()) return made.wrong(pointer, "its filters exclude the document that the query is about");
    one.data["relevant"] = std::move(relevant);
    out.cases.push_back(std::move(one));
  }
  return out;
}

}  // namespace groundwork::measure
