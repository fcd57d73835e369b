#include "curriculum/check.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <utility>

#include "base/clock.h"
#include "base/file.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "curriculum/index.h"
#include "curriculum/load.h"
#include "text/markdown.h"

namespace groundwork::curriculum {
namespace {

using schema::Problem;

constexpr double kHighestGrade = 14;  // a first-degree student; API names push prose up by about two grades
constexpr std::chrono::days kStaleAfter{365};

std::string without_final_newlines(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

std::size_t syllables(std::string_view word) {
  std::size_t count = 0;
  bool in_vowels = false;
  for (const char c : word) {
    const bool vowel = std::string_view("aeiouyAEIOUY").find(c) != std::string_view::npos;
    count += vowel && !in_vowels ? 1 : 0;
    in_vowels = vowel;
  }
  if (word.size() > 2 && (word.back() == 'e' || word.back() == 'E') && count > 1) --count;
  return std::max<std::size_t>(1, count);
}

class Checker {
 public:
  Checker(std::filesystem::path root, const CheckEnvironment& environment)
      : root_(std::move(root)), environment_(environment) {}

  CheckReport run() {
    Loaded loaded = load(root_);
    curriculum_ = std::move(loaded.curriculum);
    report_.problems = std::move(loaded.problems);
    report_.counts = curriculum_.counts();
    render_pages();
    check_pages();
    check_banks();
    check_competencies();
    check_orphans();
    check_dates();
    check_index();
    if (report_.problems.empty()) run_code();  // what does not load as it should cannot be run as it should
    std::stable_sort(report_.problems.begin(), report_.problems.end(), [](const Problem& a, const Problem& b) {
      return std::pair(a.file, a.at.line) < std::pair(b.file, b.at.line);
    });
    return std::move(report_);
  }

 private:
  struct Rendered {
    const Page* page;
    text::Page content;
  };

  void report(std::string file, int line, std::string message) {
    report_.problems.push_back({std::move(file), {line, 1}, std::move(message)});
  }

  void render_pages() {
    for (const auto* pages : {&curriculum_.explainers, &curriculum_.interview_packs}) {
      for (const auto& [id, page] : *pages) rendered_.push_back({&page, text::render_markdown(page.body)});
    }
    for (const auto& [id, remedial] : curriculum_.remedials)
      rendered_.push_back({&remedial.page, text::render_markdown(remedial.page.body)});
    for (const auto& [id, page] : curriculum_.explainers) {
      for (const auto& one : rendered_) {
        if (one.page != &page) continue;
        for (const auto& heading : one.content.contents) anchors_[id].insert(heading.anchor);
      }
    }
  }

  void check_pages() {
    for (const auto& [page, content] : rendered_) {
      for (const text::Link& link : content.links) check_link(*page, link);
      const double grade = reading_grade(content.prose);
      if (grade > kHighestGrade) {
        report(page->file, page->body_line,
               "reading level: expected a grade of at most " + std::to_string(static_cast<int>(kHighestGrade)) +
                   ", found " + std::to_string(static_cast<int>(grade + 0.5)) + "; shorten the sentences");
      }
    }
    for (const auto& [id, one] : curriculum_.concepts) {
      const std::size_t hash = one.explainer.find('#');
      const std::string page = one.explainer.substr(0, hash);
      const std::string anchor = one.explainer.substr(hash + 1);
      if (anchors_.count(page) == 0 || anchors_[page].count(anchor) != 0) continue;
      report("library/concepts/" + one.module + ".yaml", 1,
             "concept '" + id + "': " + page + " has no section '#" + anchor + "'" +
                 base::did_you_mean(anchor, list(anchors_[page])));
    }
  }

  static std::vector<std::string> list(const std::set<std::string>& names) { return {names.begin(), names.end()}; }

  template <typename Map>
  static std::vector<std::string> keys(const Map& map) {
    std::vector<std::string> out;
    for (const auto& [key, value] : map) out.push_back(key);
    return out;
  }

  void check_link(const Page& page, const text::Link& link) {
    const std::size_t colon = link.target.find(':');
    if (colon == std::string::npos) {
      if (link.target.rfind('#', 0) != 0) {
        report(page.file, page.body_line + link.line - 1,
               "link: expected https://, #section, or explainer:, lab:, module:, remedial:, interview: and an id, "
               "found '" +
                   link.target + "'");
      }
      return;
    }
    const std::string scheme = link.target.substr(0, colon);
    const std::size_t hash = link.target.find('#');
    const std::string id = link.target.substr(colon + 1, hash == std::string::npos ? hash : hash - colon - 1);
    const auto expect = [&](const std::vector<std::string>& known) {
      if (std::find(known.begin(), known.end(), id) != known.end()) return;
      report(page.file, page.body_line + link.line - 1,
             "link: unknown " + scheme + " '" + id + "'" + base::did_you_mean(id, known));
    };
    if (scheme == "explainer") {
      expect(keys(curriculum_.explainers));
      const std::string anchor = hash == std::string::npos ? "" : link.target.substr(hash + 1);
      if (!anchor.empty() && anchors_.count(id) != 0 && anchors_[id].count(anchor) == 0) {
        report(page.file, page.body_line + link.line - 1,
               "link: " + id + " has no section '#" + anchor + "'" + base::did_you_mean(anchor, list(anchors_[id])));
      }
    } else if (scheme == "lab") {
      expect(keys(curriculum_.labs));
    } else if (scheme == "module") {
      expect(curriculum_.module_ids());
    } else if (scheme == "remedial") {
      expect(keys(curriculum_.remedials));
    } else if (scheme == "interview") {
      expect(keys(curriculum_.interview_packs));
    } else if (scheme != "https" && scheme != "mailto") {
      report(page.file, page.body_line + link.line - 1,
             "link: expected https://, found '" + base::clip(link.target, 80) + "'");
    }
  }

  void check_banks() {
    for (const Module& m : curriculum_.modules) {
      const auto* bank = curriculum_.bank(m.module_id);
      if (bank == nullptr) continue;
      const std::string file = "library/questions/" + m.module_id + ".yaml";
      const std::size_t needed = 3 * static_cast<std::size_t>(m.assessment.quiz_questions);
      if (bank->size() < needed) {
        report(file, 1,
               "expected at least " + std::to_string(needed) + " items (three times quiz_questions), found " +
                   std::to_string(bank->size()));
      }
      std::set<std::string> covered;
      for (const Question& q : *bank) covered.insert(q.concept_id);
      for (const std::string& id : curriculum_.concepts_of(m.module_id)) {
        if (covered.count(id) == 0) report(file, 1, "no item asks for the concept '" + id + "'");
      }
      for (const Question& q : *bank) check_question(q);
    }
    for (const auto& [id, remedial] : curriculum_.remedials) {
      for (const Question& q : remedial.checks) check_question(q);
    }
  }

  void check_question(const Question& q) {
    const auto twice = [&](std::vector<std::string> texts, std::string_view what) {
      std::sort(texts.begin(), texts.end());
      if (std::adjacent_find(texts.begin(), texts.end()) != texts.end())
        report(q.file, q.line, q.id + ": two " + std::string(what) + " are the same");
    };
    std::vector<std::string> options;
    for (const Option& option : q.options) options.push_back(option.text);
    twice(options, "options");
    std::vector<std::string> lefts;
    std::vector<std::string> rights = q.distractors;
    for (const Pair& pair : q.pairs) {
      lefts.push_back(pair.left);
      rights.push_back(pair.right);
    }
    twice(lefts, "left-hand entries");
    twice(rights, "right-hand entries");
    const auto right = std::count_if(q.options.begin(), q.options.end(), [](const Option& o) { return o.correct; });
    if (q.kind == QuestionKind::kMultiple && right == static_cast<std::ptrdiff_t>(q.options.size())) {
      report(q.file, q.line, q.id + ": expected at least one wrong option");
    }
    if (q.kind == QuestionKind::kNumeric) {
      for (const Mistake& mistake : q.mistakes) {
        if (std::abs(std::strtod(mistake.answer.c_str(), nullptr) - q.number) <= q.tolerance) {
          report(q.file, q.line, q.id + ": the mistake " + mistake.answer + " lies within the tolerance of the answer");
        }
      }
    }
  }

  void check_competencies() {
    for (const Competency& c : curriculum_.roadmap.competencies) {
      const bool taught = std::any_of(curriculum_.modules.begin(), curriculum_.modules.end(), [&](const Module& m) {
        return std::find(m.competencies.begin(), m.competencies.end(), c.id) != m.competencies.end();
      });
      if (!taught) report("library/roadmap.yaml", 1, "no module teaches the competency " + c.id);
    }
    for (const auto& [week, title] : curriculum_.roadmap.week_titles) {
      const int wanted = week;
      if (std::none_of(curriculum_.modules.begin(), curriculum_.modules.end(),
                       [&](const Module& m) { return m.week == wanted; })) {
        report("library/roadmap.yaml", 1, "week " + std::to_string(week) + " has no module");
      }
    }
  }

  void check_orphans() {
    std::set<std::string> used;
    for (const Module& m : curriculum_.modules) {
      for (const auto* ids : {&m.explainers, &m.interview_packs, &m.labs}) used.insert(ids->begin(), ids->end());
    }
    const auto orphan = [&](const std::string& id, const std::string& file, const std::string& who) {
      if (used.count(id) == 0) report(file, 1, "orphaned: no module lists this " + who);
    };
    for (const auto& [id, page] : curriculum_.explainers) orphan(id, page.file, "explainer");
    for (const auto& [id, page] : curriculum_.interview_packs) orphan(id, page.file, "interview pack");
    for (const auto& [id, lab] : curriculum_.labs) orphan(id, lab.file, "lab");
    std::set<std::string> remedials;
    for (const auto& [id, one] : curriculum_.concepts) remedials.insert(one.remedial);
    for (const auto& [id, remedial] : curriculum_.remedials) {
      if (remedials.count(id) == 0) report(remedial.page.file, 1, "orphaned: no concept names this remedial");
    }
  }

  void check_date(const std::string& file, const std::string& updated_on) {
    const auto day = base::parse_date(updated_on);
    if (!day.ok()) {
      report(file, 1, "updated_on: " + day.error().message);
    } else if (*day > environment_.today + std::chrono::days(1)) {
      report(file, 1, "updated_on: " + updated_on + " lies in the future");
    } else if (environment_.today - *day > kStaleAfter) {
      report(file, 1,
             "updated_on: stale: " + updated_on + " is more than a year ago; read it again and renew the date");
    }
  }

  void check_dates() {
    for (const Module& m : curriculum_.modules) check_date("library/modules/" + m.module_id + ".yaml", m.updated_on);
    for (const auto& one : rendered_) check_date(one.page->file, one.page->updated_on);
    for (const auto& [id, lab] : curriculum_.labs) check_date(lab.file, lab.updated_on);
  }

  void check_index() {
    const std::string file = "library/_meta/index.md";
    const auto bytes = base::read_file(root_ / file);
    if (!bytes.ok()) {
      report(file, 1, "expected the generated index, found nothing; run: groundwork content index");
    } else if (*bytes != index_of(curriculum_)) {
      report(file, 1, "the index is not that of the content; run: groundwork content index");
    }
  }

  // ---- Code ----

  struct Step {
    std::string what;
    std::function<void()> run;
  };

  void run_code() {
    std::vector<Step> steps;
    if (environment_.run_python) {
      for (const auto& one : rendered_)
        steps.push_back({one.page->file, [this, &one] { run_blocks(*one.page, one.content); }});
      for (const auto& [module_id, bank] : curriculum_.banks) {
        for (const Question& q : bank) add_prediction(q, steps);
      }
      for (const auto& [id, remedial] : curriculum_.remedials) {
        for (const Question& q : remedial.checks) add_prediction(q, steps);
      }
    }
    if (environment_.grade) {
      for (const auto& one : curriculum_.labs) steps.push_back({one.second.file, [this, &one] { grade(one.second); }});
    }
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (environment_.stop.stop_requested()) {
        report_.cancelled = true;
        return;
      }
      if (environment_.on_progress) environment_.on_progress(i, steps.size(), steps[i].what);
      steps[i].run();
    }
    if (environment_.on_progress && !steps.empty()) environment_.on_progress(steps.size(), steps.size(), "done");
  }

  void add_prediction(const Question& q, std::vector<Step>& steps) {
    if (q.kind != QuestionKind::kPredict) return;
    steps.push_back({q.file, [this, &q] {
                       const auto output = environment_.run_python(q.code);
                       ++report_.programs_run;
                       if (!output.ok) {
                         report(q.file, q.line, q.id + ": the code does not run: " + output.complaint);
                       } else if (without_final_newlines(output.text) != q.accept.front()) {
                         report(q.file, q.line,
                                q.id + ": expected the output '" + q.accept.front() + "', found '" +
                                    without_final_newlines(output.text) + "'");
                       }
                     }});
  }

  /// The page's blocks as one program, each followed by a mark, so that the output of each can be compared.
  void run_blocks(const Page& page, const text::Page& content) {
    static const std::string kMark = "\x1e";
    std::string program;
    std::vector<std::pair<int, std::string>> expected;  // of each block that is run: line, its ```output block or "\1"
    for (std::size_t i = 0; i < content.code_blocks.size(); ++i) {
      const text::CodeBlock& block = content.code_blocks[i];
      if (block.language != "python" || block.info.rfind("no-run", 0) == 0) continue;
      program += block.text + "\nprint('" + kMark + "', end='')\n";
      const bool compared = i + 1 < content.code_blocks.size() && content.code_blocks[i + 1].language == "output";
      expected.emplace_back(page.body_line + block.line - 1,
                            compared ? without_final_newlines(content.code_blocks[i + 1].text) : "\1");
    }
    if (expected.empty()) return;
    const auto output = environment_.run_python(program);
    ++report_.programs_run;
    if (!output.ok) {
      report(page.file, expected.front().first, "the page's code does not run: " + output.complaint);
      return;
    }
    std::string_view rest = output.text;
    for (const auto& [line, wanted] : expected) {
      const std::string found = without_final_newlines(std::string(rest.substr(0, rest.find(kMark))));
      rest.remove_prefix(
          std::min(rest.size(), rest.find(kMark) == std::string_view::npos ? rest.size() : rest.find(kMark) + 1));
      if (wanted != "\1" && wanted != found)
        report(page.file, line, "expected the output '" + wanted + "', found '" + found + "'");
    }
  }

  void grade(const Lab& lab) {
    ++report_.labs_graded;
    const auto solution = environment_.grade(lab, lab.solution);
    if (!solution.ok) report(lab.file, 1, "the reference solution does not pass: " + solution.complaint);
    if (environment_.grade(lab, lab.starter).ok) report(lab.file, 1, "the starter passes already");
  }

  std::filesystem::path root_;
  const CheckEnvironment& environment_;
  Curriculum curriculum_;
  CheckReport report_;
  std::vector<Rendered> rendered_;
  std::map<std::string, std::set<std::string>> anchors_;
};

}  // namespace

double reading_grade(std::string_view prose) {
  std::size_t words = 0;
  std::size_t sentences = 0;
  std::size_t syllable_count = 0;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) {
      ++words;
      syllable_count += syllables(word);
    }
    word.clear();
  };
  for (const char c : prose) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0) {
      word += c;
      continue;
    }
    if (c == '\'') continue;
    end_word();
    if (c == '.' || c == '?' || c == '!' || c == ':' || c == '\n') ++sentences;
  }
  end_word();
  if (words < 50 || sentences == 0) return 0;
  const auto n = static_cast<double>(words);
  return 0.39 * n / static_cast<double>(sentences) + 11.8 * static_cast<double>(syllable_count) / n - 15.59;
}

CheckReport check(const std::filesystem::path& root, const CheckEnvironment& environment) {
  return Checker(root, environment).run();
}

}  // namespace groundwork::curriculum
