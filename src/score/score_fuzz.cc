// What targets and judges say, through every reader of it.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "score/answers.h"
#include "score/foreign_values.h"
#include "score/grounding.h"
#include "score/judge.h"
#include "score/numeric.h"
#include "score/rouge.h"
#include "score/safety.h"
#include "score/tool_steps.h"

using namespace groundwork;

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

void check_overlap(const score::Overlap& one) {
  for (const double part : {one.precision, one.recall, one.f}) check(part >= 0 && part <= 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data),
                              std::min<std::size_t>(size, 1024));  // some of these are quadratic
  const std::vector<std::string> same = {std::string(text)};
  const std::vector<std::string> other = {"the cat sat on 1,234.5 mats of hunter2-Zebra"};
  check(score::squad_exact_match(text, same) == 1);
  check(score::token_f1(text, same).f == 1);
  check_overlap(score::token_f1(text, other));
  check_overlap(score::rouge_l(text, other, score::Stemming::kPorter));
  const double rouge = score::rouge_l(text, same).f;
  check(rouge == 0 || rouge == 1);
  if (const auto number = score::parse_number(text); number.ok()) check(*number == *number);
  (void)score::last_number(text);
  const auto faithful = score::faithfulness(text, same);
  check(faithful.ok() && faithful->value >= 0 && faithful->value <= 1);
  (void)score::leaks(text, other);
  if (text.size() >= 4) check(score::leaks(text, same).size() == 1);
  (void)score::is_refusal(text);
  (void)score::parse_grade(text, 5);
  (void)score::parse_choice(text);
  for (const char* type : {"integer", "long", "float", "double", "Array", "ArrayList", "HashMap", "String"}) {
    (void)score::java_value(text, type, "String");
  }
  for (const char* type : {"integer", "float", "Bigint", "array", "dict", "String"}) {
    (void)score::javascript_value(text, type, "dict");
  }
  if (const auto parsed = base::parse_json(text); parsed.ok()) {
    (void)score::parse_workflow_run(*parsed);
    (void)score::parse_tool_calls(*parsed);
    check(score::json_equal(text, *parsed).value == 1);
  }
  return 0;
}
