#include "measure/assertion.h"

#include <algorithm>
#include <array>
#include <vector>

#include "schema/pattern.h"
#include "schema/validator.h"
#include "score/answers.h"
#include "score/judge_tasks.h"
#include "score/plain_text.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;
using score::Containment;
using score::Letters;

constexpr std::array<std::string_view, 11> kPlain = {"equals",       "contains",      "icontains",     "contains-any",
                                                     "contains-all", "icontains-any", "icontains-all", "starts-with",
                                                     "regex",        "is-json",       "latency"};
constexpr std::array<std::string_view, 2> kByEmbedder = {"similar", "similar:cosine"};
constexpr std::array<std::string_view, 5> kByJudge = {"llm-rubric", "model-graded-closedqa", "g-eval", "factuality",
                                                      "model-graded-factuality"};
constexpr std::string_view kByBoth = "answer-relevance";

template <std::size_t size>
bool among(const std::array<std::string_view, size>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

std::string_view without_not(std::string_view type) {
  if (type.starts_with("not-")) type.remove_prefix(4);
  return type;
}

/// A list, or promptfoo's list in one text with commas.
std::vector<std::string> texts_of(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) out.push_back(score::plain_text(one));
    return out;
  }
  std::string_view rest = value.is_string() ? std::string_view(value.get_string()) : std::string_view();
  while (!rest.empty()) {
    std::string_view one = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (!one.empty()) out.emplace_back(one);
  }
  return out;
}

bool equals(const json::value& wanted, const std::string& text) {
  if (wanted.is_string()) return text == std::string_view(wanted.get_string());
  const auto found = base::parse_json(text);
  return found.ok() && *found == wanted;
}

bool is_json(const json::value& wanted, const std::string& text) {
  const auto found = base::parse_json(text);
  if (!found.ok() || !wanted.is_object()) return found.ok();
  const auto schema = schema::Validator::compile(wanted, schema::Registry{}, schema::UnknownKeywords::kIgnore);
  return schema.ok() && schema->valid(*found);
}

bool holds_plain(std::string_view type, const json::value& value, const json::object& assertion, const Answer& answer) {
  const std::string& text = answer.text;
  const Letters letters = type.starts_with('i') && type != "is-json" ? Letters::kFolded : Letters::kExact;
  const auto contains = [&](const std::string& one) {
    return score::holds(text, one, Containment::kContains, letters);
  };
  if (type == "equals") return equals(value, text);
  if (type == "contains" || type == "icontains") return contains(score::plain_text(value));
  if (type.ends_with("-any")) return std::ranges::any_of(texts_of(value), contains);
  if (type.ends_with("-all")) return std::ranges::all_of(texts_of(value), contains);
  if (type == "starts-with")
    return score::holds(text, score::plain_text(value), Containment::kStartsWith, Letters::kExact);
  if (type == "is-json") return is_json(value, text);
  if (type == "latency") return answer.ms <= base::number_or(assertion, "threshold", 0);
  if (type == "regex") {
    const auto pattern = schema::Pattern::compile(score::plain_text(value));
    return pattern.ok() && pattern->matches(text);
  }
  return false;
}

/// The grade of a rubric as a share, and whether that is enough.
Held graded(const score::JudgeChat& chat, const std::string& criteria, std::size_t levels, double threshold,
            const score::Judged& judged) {
  score::Rubric rubric;
  rubric.criteria = criteria;
  rubric.levels = levels;
  if (levels == 2) rubric.criteria += "\nGrade 2: the answer meets this. Grade 1: it does not.";
  const score::Verdict verdict = score::grade(chat, rubric, judged);
  return {!verdict.failed && verdict.value >= threshold, Judgement{verdict, verdict.reason}};
}

void add(score::Judging& sum, const score::Judging& one) {
  sum.failed = sum.failed || one.failed;
  sum.tries += one.tries;
  sum.prompt_tokens += one.prompt_tokens;
  sum.completion_tokens += one.completion_tokens;
}

/// The mean over the criteria of grades from 1 to 10. @source promptfoo's g-eval, threshold 0.7 unless it says another
Held g_eval(const score::JudgeChat& chat, const json::value& value, double threshold, const score::Judged& judged) {
  std::vector<std::string> criteria;
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) criteria.push_back(score::plain_text(one));
  } else {
    criteria.push_back(score::plain_text(value));
  }
  Held out{false, Judgement{}};
  double sum = 0;
  for (const std::string& one : criteria) {
    score::Rubric rubric;
    rubric.criteria = one;
    rubric.levels = 10;
    const score::Verdict verdict = score::grade(chat, rubric, judged);
    add(out.judgement->judging, verdict);
    out.judgement->reason = verdict.reason;
    if (verdict.failed) return out;
    sum += verdict.value;
  }
  out.holds = !criteria.empty() && sum / static_cast<double>(criteria.size()) >= threshold;
  return out;
}

Held failed_embedding(const base::Error& error) {
  return {false, Judgement{{.failed = true, .tries = 1}, error.message}};
}

Held similar(model::Embedder& embedder, const json::value& value, double threshold, const std::string& text) {
  std::vector<std::string> references;
  if (value.is_array()) {
    for (const json::value& one : value.get_array()) references.push_back(score::plain_text(one));
  } else {
    references.push_back(score::plain_text(value));
  }
  const auto near = score::semantic_similarity(embedder, text, references);
  return near.ok() ? Held{*near >= threshold} : failed_embedding(near.error());
}

Held holds_by_model(std::string_view type, const json::value& value, const json::object& assertion,
                    const std::string& text, const std::string& question, const score::Services& services) {
  const json::value* given = assertion.if_contains("threshold");
  const auto threshold = [&](double fallback) { return base::number_or(assertion, "threshold", fallback); };
  score::Judged judged{question, "", text};
  if (among(kByEmbedder, type)) return similar(*services.embedder, value, threshold(0.75), text);
  if (type == "g-eval") return g_eval(services.judge, value, threshold(0.7), judged);
  if (type == "llm-rubric" && given != nullptr) {
    constexpr std::size_t kLevels = 5;
    return graded(services.judge, score::plain_text(value), kLevels, threshold(0), judged);
  }
  if (type == "llm-rubric" || type == "model-graded-closedqa") {
    return graded(services.judge, score::plain_text(value), 2, 1, judged);
  }
  if (type == kByBoth) {
    const auto verdict = score::asked_back(services.judge, *services.embedder, question, text);
    if (!verdict.ok()) return failed_embedding(verdict.error());
    return {!verdict->failed && verdict->value >= threshold(0), Judgement{*verdict, verdict->reason}};
  }
  judged.reference = score::plain_text(value);
  const score::Verdict verdict = score::factuality(services.judge, judged);
  return {!verdict.failed && verdict.value == 1, Judgement{verdict, verdict.reason}};
}

/// Of each assertion in turn, those without a model first.
Worth all_hold(const json::array& list, const Answer& answer, const std::string& question,
               const score::Services& services) {
  Worth out(1);
  for (const bool by_model : {false, true}) {
    for (const json::value& each : list) {
      if (!each.is_object()) return {0};
      const json::object& assertion = each.get_object();
      if (needs_of_assertion(base::string_or(assertion, "type")).empty() == by_model) continue;
      const Held held = holds(assertion, answer, question, services);
      if (held.judgement) {
        if (!out.judgement) out.judgement = Judgement{};
        add(out.judgement->judging, held.judgement->judging);
        if (!held.holds) out.judgement->reason = held.judgement->reason;
      }
      if (held.holds) continue;
      out.value = 0;
      break;
    }
    if (out.value == 0) break;
  }
  if (out.judgement && !out.judgement->judging.failed) out.judgement->judging.grade = out.value == 1 ? 2 : 1;
  return out;
}

}  // namespace

bool is_known_assertion(std::string_view type) {
  type = without_not(type);
  return among(kPlain, type) || !needs_of_assertion(type).empty();
}

std::vector<score::Need> needs_of_assertion(std::string_view type) {
  type = without_not(type);
  if (among(kByEmbedder, type)) return {score::Need::kEmbedder};
  if (among(kByJudge, type)) return {score::Need::kJudge};
  if (type == kByBoth) return {score::Need::kJudge, score::Need::kEmbedder};
  return {};
}

Held holds(const json::object& assertion, const Answer& answer, const std::string& question,
           const score::Services& services) {
  const std::string name = base::string_or(assertion, "type");
  const std::string_view type = without_not(name);
  const bool negated = type.size() != name.size();
  const json::value* given = assertion.if_contains("value");
  static const json::value kNone;
  const json::value& value = given != nullptr ? *given : kNone;
  if (needs_of_assertion(type).empty()) return {holds_plain(type, value, assertion, answer) != negated};
  Held held = holds_by_model(type, value, assertion, answer.text, question, services);
  if (held.judgement && held.judgement->judging.failed) return held;
  held.holds = held.holds != negated;
  return held;
}

Metric assertions_metric(const score::Services& services) {
  Metric out;
  out.name = "assertions";
  out.definition = "every assertion of the case holds";
  out.source = "promptfoo";
  out.unit = "ratio";
  out.decides = true;
  if (services.embedder != nullptr) out.model = services.embedder->name();
  if (services.judge) {
    out.model = services.judge_name;
    out.judge_levels = 2;
  }
  out.value = [services](const Case& one, const Answer* answer) -> std::optional<Worth> {
    const json::value* list = one.data.if_contains("assert");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    if (answer == nullptr) return 0;
    return all_hold(list->get_array(), *answer, base::string_or(one.data, "prompt"), services);
  };
  return out;
}

}  // namespace groundwork::measure
