#include "assess/attempt_json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "assess/grade.h"
#include "base/hash.h"
#include "base/random.h"
#include "progress/explain.h"
#include "progress/state_json.h"
#include "text/markdown.h"

namespace groundwork::assess {
namespace {

using base::json::array;
using base::json::object;
using base::json::value;
using curriculum::Question;
using curriculum::QuestionKind;

/// Choices in an order that the attempt's seed and the item fix, so that a reload shows the same.
array shuffled(const Question& question, std::vector<std::string> texts, std::uint64_t seed) {
  base::Random random(seed ^ base::stable_hash64(question.id));
  random.shuffle(texts);
  array out;
  for (const std::string& text : texts) {
    out.push_back(object{{"id", choice_id(question, text)}, {"html", text::render_inline(text)}});
  }
  return out;
}

std::vector<std::string> right_hand_sides(const Question& question) {
  std::vector<std::string> out;
  for (const curriculum::Pair& pair : question.pairs) out.push_back(pair.right);
  out.insert(out.end(), question.distractors.begin(), question.distractors.end());
  return out;
}

std::string code_html(const std::string& code) {
  return "<pre><code class=\"language-python\">" + text::escape_html(code) + "</code></pre>";
}

bool names(const value& answer, const std::string& id) {
  if (answer.is_string()) return answer.get_string() == id;
  if (!answer.is_array()) return false;
  return std::any_of(answer.get_array().begin(), answer.get_array().end(),
                     [&](const value& entry) { return entry.is_string() && entry.get_string() == id; });
}

std::string number_text(double number) {
  // Shortest form that reads back as the same number, without the exponent that JSON writers add to whole ones.
  if (number == static_cast<double>(static_cast<std::int64_t>(number)) && std::abs(number) < 1e15) {
    return std::to_string(static_cast<std::int64_t>(number));
  }
  char buffer[64];
  for (int digits = 1; digits <= 17; ++digits) {
    std::snprintf(buffer, sizeof buffer, "%.*g", digits, number);
    if (std::strtod(buffer, nullptr) == number) break;
  }
  return buffer;
}

std::string right_answer_html(const Question& question) {
  std::string out;
  const auto list = [&](const char* tag, const std::vector<std::string>& entries) {
    out += std::string("<") + tag + ">";
    for (const std::string& entry : entries) out += "<li>" + entry + "</li>";
    out += std::string("</") + tag + ">";
  };
  std::vector<std::string> entries;
  switch (question.kind) {
    case QuestionKind::kSingle:
    case QuestionKind::kMultiple:
      for (const curriculum::Option& option : question.options) {
        if (option.correct) entries.push_back(text::render_inline(option.text));
      }
      if (entries.size() == 1) return entries.front();
      list("ul", entries);
      return out;
    case QuestionKind::kNumeric:
      out = text::escape_html(number_text(question.number));
      if (question.tolerance > 0) out += " (within " + number_text(question.tolerance) + ")";
      if (!question.unit.empty()) out += " " + text::escape_html(question.unit);
      return out;
    case QuestionKind::kShort:
      return "<code>" + text::escape_html(question.accept.empty() ? "" : question.accept.front()) + "</code>";
    case QuestionKind::kPredict:
      return "<pre>" + text::escape_html(question.accept.empty() ? "" : question.accept.front()) + "</pre>";
    case QuestionKind::kOrdering:
      for (const std::string& step : question.steps) entries.push_back(text::render_inline(step));
      list("ol", entries);
      return out;
    case QuestionKind::kMatching:
      for (const curriculum::Pair& pair : question.pairs) {
        entries.push_back(text::render_inline(pair.left) + " → " + text::render_inline(pair.right));
      }
      list("ul", entries);
      return out;
  }
  return out;
}

array notes_json(const Question& question, const value& answer) {
  array out;
  for (const curriculum::Option& option : question.options) {
    const std::string id = choice_id(question, option.text);
    out.push_back(object{{"id", id},
                         {"html", text::render_inline(option.text)},
                         {"why_html", text::render_inline(option.why)},
                         {"correct", option.correct},
                         {"chosen", names(answer, id)}});
  }
  for (const curriculum::Pair& pair : question.pairs) {
    const std::string left = choice_id(question, pair.left);
    const std::string right = choice_id(question, pair.right);
    const value* chosen = answer.is_object() ? answer.get_object().if_contains(left) : nullptr;
    out.push_back(object{{"id", left},
                         {"html", text::render_inline(pair.left) + " → " + text::render_inline(pair.right)},
                         {"why_html", text::render_inline(pair.why)},
                         {"correct", true},
                         {"chosen", chosen != nullptr && chosen->is_string() && chosen->get_string() == right}});
  }
  for (const curriculum::Mistake& mistake : question.mistakes) {
    const auto given = grade(question, value(mistake.answer));
    out.push_back(object{{"html", "<code>" + text::escape_html(mistake.answer) + "</code>"},
                         {"why_html", text::render_inline(mistake.why)},
                         {"correct", false},
                         {"chosen", given.ok() && given->answer == answer}});
  }
  return out;
}

object item_json(const Question& question, const Attempt& attempt) {
  object out{{"id", question.id},
             {"kind", to_string(question.kind)},
             {"concept", question.concept_id},
             {"difficulty", question.difficulty},
             {"prompt_html", text::render_markdown(question.prompt).html}};
  std::vector<std::string> choices;
  for (const curriculum::Option& option : question.options) choices.push_back(option.text);
  if (question.kind == QuestionKind::kOrdering) choices = question.steps;
  if (question.kind == QuestionKind::kMatching) {
    choices = right_hand_sides(question);
    std::vector<std::string> lefts;
    for (const curriculum::Pair& pair : question.pairs) lefts.push_back(pair.left);
    out["lefts"] = shuffled(question, lefts, attempt.seed + 1);
  }
  if (!choices.empty()) out["options"] = shuffled(question, choices, attempt.seed);
  if (!question.unit.empty()) out["unit"] = question.unit;
  if (question.kind == QuestionKind::kPredict) out["code_html"] = code_html(question.code);
  const auto answered = attempt.answers.find(question.id);
  out["answered"] = answered != attempt.answers.end();
  if (answered == attempt.answers.end()) return out;
  out["answer"] = answered->second.answer;
  if (attempt.open()) return out;
  out["result"] = object{{"credit", progress::to_json(answered->second.credit)},
                         {"correct", answered->second.credit.is_one()},
                         {"correct_answer_html", right_answer_html(question)},
                         {"explanation_html", text::render_markdown(question.explanation).html},
                         {"notes", notes_json(question, answered->second.answer)}};
  return out;
}

/// What the attempt changed, in a sentence; derived from where the learner stands now.
std::string outcome(const Standing& standing, const Attempt& attempt, const progress::Explanation& why) {
  using progress::Purpose;
  const auto tenths = static_cast<std::int64_t>(attempt.score.percent() * 10 + 1e-9);
  const std::string score =
      std::to_string(tenths / 10) + (tenths % 10 != 0 ? "." + std::to_string(tenths % 10) : "") + " %";
  const bool passed = progress::band_of(attempt.score) == progress::Band::kPassed;
  switch (attempt.purpose) {
    case Purpose::kPractice:
      return "Practice: " + score + ". It moves nothing.";
    case Purpose::kMastery:
      return passed ? "Mastery confirmed with " + score + "."
                    : "The mastery check came out at " + score + ", below 80 %. Nothing is locked by it.";
    case Purpose::kRemedial:
      return attempt.score.is_one() ? "Every check is right: the re-test is open."
                                    : "Not every check is right yet: read the remedial again and repeat them.";
    case Purpose::kRecap:
      return passed ? "The recap is passed with " + score + "." : "The recap came out at " + score + "; it needs 80 %.";
    case Purpose::kTestOut:
      if (!passed) return "The test-out quiz came out at " + score + ", below 80 %. Nothing is lost by it.";
      break;
    case Purpose::kModule:
    case Purpose::kRetest:
      break;
  }
  const int module = standing.course->module(attempt.module);
  std::string text = "Score " + score + ". ";
  text += why.reasons.front().text;
  if (module != progress::kNone && standing.state.status(module) == progress::Status::kComplete) {
    std::vector<std::string> opened;
    for (int after : standing.course->modules[static_cast<std::size_t>(module)].dependants) {
      if (standing.state.status(after) == progress::Status::kAvailable) {
        opened.push_back(standing.course->modules[static_cast<std::size_t>(after)].title);
      }
    }
    for (const std::string& title : opened) text += " Open now: " + title + ".";
  }
  return text;
}

}  // namespace

object concept_json(const curriculum::Concept& item) {
  return {{"id", item.id}, {"title", item.title}, {"explainer", item.explainer}};
}

object attempt_summary_json(const Attempt& attempt) {
  return {{"attempt_id", attempt.id},
          {"module_id", attempt.module},
          {"purpose", to_string(attempt.purpose)},
          {"status", attempt.open() ? "open" : "finished"},
          {"started_at", base::format_timestamp(attempt.started_at)},
          {"finished_at", attempt.finished_at ? value(base::format_timestamp(*attempt.finished_at)) : value(nullptr)},
          {"items", attempt.items.size()},
          {"score", attempt.open() ? value(nullptr) : value(progress::to_json(attempt.score))}};
}

object attempt_json(const Standing& standing, const Attempt& attempt, base::Timestamp now) {
  const curriculum::Curriculum& content = *standing.content;
  array items;
  for (const std::string& id : attempt.items) {
    if (const Question* question = content.question(id)) items.push_back(item_json(*question, attempt));
  }
  const curriculum::Module* module = content.module(attempt.module);
  const progress::QuizDecision decision = attempt.decision();
  object out{
      {"attempt_id", attempt.id},
      {"module_id", attempt.module},
      {"module_title", module == nullptr ? attempt.module : module->title},
      {"purpose", to_string(attempt.purpose)},
      {"status", attempt.open() ? "open" : "finished"},
      {"seed", attempt.seed},
      {"started_at", base::format_timestamp(attempt.started_at)},
      {"finished_at", attempt.finished_at ? value(base::format_timestamp(*attempt.finished_at)) : value(nullptr)},
      {"planned", attempt.planned},
      {"maximum", attempt.maximum},
      {"items", std::move(items)},
      {"confidence", object{{"decided", decision.decided}, {"text", decision.text}}},
      {"score", attempt.open() ? value(nullptr) : value(progress::to_json(attempt.score))}};
  if (attempt.open()) return out;
  array missed;
  for (const std::string& id : attempt.missed_concepts) {
    if (const auto at = content.concepts.find(id); at != content.concepts.end())
      missed.push_back(concept_json(at->second));
  }
  out["missed_concepts"] = std::move(missed);
  if (const int index = standing.course->module(attempt.module); index != progress::kNone) {
    const progress::Explanation why = progress::explain(standing.state, index, now);
    out["outcome"] = outcome(standing, attempt, why);
    out["next"] = progress::action_json(*standing.course, why.next);
  }
  return out;
}

}  // namespace groundwork::assess
