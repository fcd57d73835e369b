#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <sstream>

#include "assess/attempt_json.h"
#include "assess/grade.h"
#include "base/file.h"
#include "base/random.h"
#include "cli/commands.h"
#include "progress/explain.h"

namespace groundwork::cli {
namespace {

using assess::Attempt;
using base::json::array;
using base::json::object;
using base::json::value;
using curriculum::Question;
using curriculum::QuestionKind;

struct QuizOptions {
  std::string module;
  std::string answers;
  std::string purpose;
  std::optional<std::uint64_t> seed;
};

/// What can be chosen, in the order in which it is shown.
std::vector<std::string> choices(const Question& question, std::uint64_t seed) {
  std::vector<std::string> out;
  for (const curriculum::Option& option : question.options) out.push_back(option.text);
  out.insert(out.end(), question.steps.begin(), question.steps.end());
  for (const curriculum::Pair& pair : question.pairs) out.push_back(pair.right);
  out.insert(out.end(), question.distractors.begin(), question.distractors.end());
  base::Random random(seed);
  random.shuffle(out);
  return out;
}

void show(const Question& question, const std::vector<std::string>& texts, std::size_t number, std::size_t total) {
  std::printf("\n%zu of %zu  (%s)\n%s\n", number, total, std::string(to_string(question.kind)).c_str(),
              question.prompt.c_str());
  if (!question.code.empty()) std::printf("\n%s\n", question.code.c_str());
  for (std::size_t i = 0; i < question.pairs.size(); ++i)
    std::printf("  %zu. %s\n", i + 1, question.pairs[i].left.c_str());
  for (std::size_t i = 0; i < texts.size(); ++i)
    std::printf("  %c) %s\n", static_cast<char>('a' + i), texts[i].c_str());
  switch (question.kind) {
    case QuestionKind::kSingle:
      std::printf("One letter: ");
      break;
    case QuestionKind::kMultiple:
      std::printf("Letters, as 'a c': ");
      break;
    case QuestionKind::kOrdering:
      std::printf("All letters in order, as 'c a b': ");
      break;
    case QuestionKind::kMatching:
      std::printf("Pairs, as '1b 2a': ");
      break;
    case QuestionKind::kPredict:
      std::printf("The output, ended by a line with a single dot:\n");
      break;
    case QuestionKind::kNumeric:
      std::printf("A number%s: ", question.unit.empty() ? "" : (" in " + question.unit).c_str());
      break;
    case QuestionKind::kShort:
      std::printf("Answer: ");
      break;
  }
  std::fflush(stdout);
}

/// Letters to texts; empty when a letter is none of them.
std::optional<array> by_letters(const std::string& line, const std::vector<std::string>& texts) {
  array out;
  for (const char c : line) {
    if (c == ' ' || c == ',') continue;
    const auto index = static_cast<std::size_t>(c - 'a');
    if (c < 'a' || index >= texts.size()) return std::nullopt;
    out.emplace_back(texts[index]);
  }
  return out;
}

/// Reads an answer from the terminal; nothing at the end of the input.
std::optional<value> ask(const Question& question, const std::vector<std::string>& texts) {
  std::string line;
  if (question.kind == QuestionKind::kPredict) {
    std::string all;
    while (std::getline(std::cin, line)) {
      if (line == ".") return value(all);
      all += line + "\n";
    }
    return std::nullopt;
  }
  while (std::getline(std::cin, line)) {
    switch (question.kind) {
      case QuestionKind::kSingle:
        if (const auto chosen = by_letters(line, texts); chosen && chosen->size() == 1) return chosen->front();
        break;
      case QuestionKind::kMultiple:
      case QuestionKind::kOrdering:
        if (const auto chosen = by_letters(line, texts); chosen && !chosen->empty()) return value(*chosen);
        break;
      case QuestionKind::kMatching: {
        object pairs;
        std::istringstream words(line);
        for (std::string word; words >> word;) {
          const auto left = static_cast<std::size_t>(word[0] - '1');
          const auto right = static_cast<std::size_t>(word.back() - 'a');
          if (word.size() == 2 && left < question.pairs.size() && right < texts.size()) {
            pairs[question.pairs[left].left] = texts[right];
          }
        }
        if (!pairs.empty()) return value(pairs);
        break;
      }
      default:
        if (!line.empty()) return value(line);
    }
    std::printf("That is no answer to this; once more: ");
    std::fflush(stdout);
  }
  return std::nullopt;
}

void report(const assess::Standing& standing, const Attempt& attempt, base::Timestamp now) {
  const object json = assess::attempt_json(standing, attempt, now);
  std::printf("\n%s\n", base::string_or(json, "outcome").c_str());
  for (const std::string& id : attempt.items) {
    const Question* question = standing.content->question(id);
    const auto answered = attempt.answers.find(id);
    if (question == nullptr || answered == attempt.answers.end() || answered->second.credit.is_one()) continue;
    std::printf("\n%s (%.0f %%): %s\n  %s\n", id.c_str(), answered->second.credit.percent(), question->prompt.c_str(),
                question->explanation.c_str());
  }
  if (const auto* next = json.if_contains("next"))
    std::printf("\nNext: %s\n", base::string_or(next->as_object(), "title").c_str());
}

base::Result<object> answers_from(const std::string& file) {
  GW_TRY(const std::string text, base::read_file(file));
  const auto parsed = base::parse_json(text);
  if (!parsed.ok()) return base::wrap(parsed.error(), file);
  if (!parsed->is_object()) {
    return base::make_error(
        base::Code::kInvalidArgument,
        file + ": expected an object from item ids to answers, found " + std::string(base::json_type_name(*parsed)));
  }
  return parsed->get_object();
}

Exit take(Context& context, const QuizOptions& options) {
  object prepared;
  const bool scripted = !options.answers.empty();
  if (scripted) {
    auto read = answers_from(options.answers);
    if (!read.ok()) return context.fail(read.error());
    prepared = std::move(*read);
  }
  std::optional<progress::Purpose> purpose;
  if (!options.purpose.empty()) {
    const auto wanted = progress::purpose_from(options.purpose);
    if (!wanted.ok()) return context.fail(wanted.error());
    purpose = *wanted;
  }
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  assess::Quizzes& quizzes = (*platform)->quizzes();
  auto started = quizzes.start(context.learner, options.module, purpose, options.seed);
  if (!started.ok()) return context.fail(started.error());
  Attempt attempt = std::move(started->attempt);
  if (started->resumed) std::fprintf(stderr, "coming back to the quiz that was begun\n");
  while (attempt.open()) {
    object answers;
    std::string missing;
    const auto content = (*platform)->study().content().first;
    for (std::size_t i = 0; i < attempt.items.size(); ++i) {
      const std::string& id = attempt.items[i];
      if (attempt.answers.count(id) > 0) continue;
      const Question* question = content->question(id);
      if (question == nullptr) continue;
      if (scripted) {
        if (const auto* answer = prepared.if_contains(id)) {
          answers[id] = *answer;
        } else {
          missing += " " + id;
        }
        continue;
      }
      const std::vector<std::string> texts = choices(*question, attempt.seed + i);
      show(*question, texts, i + 1, attempt.items.size());
      std::optional<value> answer = ask(*question, texts);
      if (!answer) {
        std::printf("\nLeft open; 'groundwork quiz take %s' comes back to it.\n", options.module.c_str());
        return Exit::kCancelled;
      }
      answers[id] = std::move(*answer);
      break;  // one at a time: each answer is recorded before the next is asked
    }
    if (answers.empty() || !missing.empty()) {
      return context.fail(
          base::make_error(base::Code::kInvalidArgument,
                           options.answers + ": no answer for" + missing + "; the quiz stays open and can be resumed"));
    }
    const std::size_t drawn = attempt.items.size();
    auto after = quizzes.answer(context.learner, attempt.id, answers);
    if (!after.ok()) {
      if (scripted) return context.fail(after.error());
      std::printf("%s\n", after.error().message.c_str());
      continue;
    }
    attempt = std::move(*after);
    if (!scripted && attempt.open() && attempt.items.size() > drawn)
      std::printf("\n%s\n", attempt.decision().text.c_str());
  }
  const auto standing = (*platform)->study().standing(context.learner);
  if (!standing.ok()) return context.fail(standing.error());
  const base::Timestamp now = (*platform)->study().now();
  if (context.json) {
    context.print(assess::attempt_json(**standing, attempt, now));
  } else {
    report(**standing, attempt, now);
  }
  const bool passed = attempt.purpose == progress::Purpose::kRemedial
                          ? attempt.score.is_one()
                          : progress::band_of(attempt.score) == progress::Band::kPassed;
  return passed ? Exit::kOk : Exit::kNotPassed;
}

Exit review(Context& context, const std::string& module, const std::string& file) {
  const auto answers = answers_from(file);
  if (!answers.ok()) return context.fail(answers.error());
  const auto platform = context.platform();
  if (!platform.ok()) return context.fail(platform.error());
  array list;
  for (const auto& entry : *answers) {
    const std::string text = entry.value().is_string() ? std::string(entry.value().get_string()) : "";
    if (text.size() < 80) {
      return context.fail(base::make_error(
          base::Code::kInvalidArgument, file + ": " + std::string(entry.key()) +
                                            ": expected at least 80 characters, found " + std::to_string(text.size())));
    }
    list.push_back(object{{"concept", entry.key()}, {"text", text}});
  }
  const auto status = assess::submit_review((*platform)->study(), context.learner, module, list);
  if (!status.ok()) return context.fail(status.error());
  if (!context.json) std::printf("The review is recorded; the re-test of %s is open.\n", module.c_str());
  if (context.json) context.print(object{{"recorded", true}, {"module_id", module}});
  return Exit::kOk;
}

}  // namespace

void add_quiz_commands(CLI::App& app, Context& context, Command& chosen) {
  CLI::App* quiz = add_command(app, "quiz", "Quizzes", "");
  quiz->require_subcommand(1);
  auto options = std::make_shared<QuizOptions>();
  CLI::App* command =
      add_command(*quiz, "take", "Take the quiz that is due in a module, or come back to the open one",
                  "  groundwork quiz take cache-design\n"
                  "  groundwork quiz take cache-design --answers answers.json --seed 7 --json\n"
                  "  groundwork quiz take cache-design --purpose test-out\n"
                  "The file of --answers is an object from item ids to answers: the text or id of an option, a\n"
                  "list of them, a number, a text, a list of steps in order, or an object from left to right.");
  command->add_option("ID", options->module, "Module")->required();
  command->add_option("--answers", options->answers, "Answers from a JSON file instead of the terminal");
  command->add_option("--seed", options->seed, "Seed of the draw, 0 to 2^53 - 1")
      ->check(CLI::Range(0.0, 9007199254740991.0));
  command->add_option("--purpose", options->purpose, "module, retest, remedial, recap, mastery, test-out or practice");
  command->callback([&, options] { chosen = [&, options] { return take(context, *options); }; });

  auto module = std::make_shared<std::string>();
  auto file = std::make_shared<std::string>();
  CLI::App* self =
      add_command(*quiz, "review", "Hand in the self-review that a quiz below 60 % asks for",
                  "  groundwork quiz review cache-design --answers review.json\n"
                  "The file is an object from each missed concept to what you know now (80 characters or more).");
  self->add_option("ID", *module, "Module")->required();
  self->add_option("--answers", *file, "JSON file")->required();
  self->callback([&, module, file] { chosen = [&, module, file] { return review(context, *module, *file); }; });
}

}  // namespace groundwork::cli
