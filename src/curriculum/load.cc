#include "curriculum/load.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "schema/validator.h"

namespace groundwork::curriculum {
namespace {

namespace json = base::json;
using schema::Document;
using schema::Problem;
using schema::Validator;

std::string text_of(const json::object& object, std::string_view key) { return base::string_or(object, key); }

std::vector<std::string> texts_of(const json::object& object, std::string_view key) {
  std::vector<std::string> out;
  const json::value* list = object.if_contains(key);
  if (list == nullptr) return out;
  for (const json::value& one : list->as_array()) out.emplace_back(one.as_string());
  return out;
}

std::vector<int> ints_of(const json::object& object, std::string_view key) {
  std::vector<int> out;
  for (const json::value& one : object.at(key).as_array()) out.push_back(one.to_number<int>());
  return out;
}

int int_of(const json::object& object, std::string_view key, int fallback = 0) {
  return static_cast<int>(base::int_or(object, key, fallback));
}

Problem problem_of(const base::Error& error, const std::string& file) {
  // Errors of the document parser carry "file:line:column"; others the file alone.
  Problem problem{file, {}, error.message};
  const std::size_t column = error.where.rfind(':');
  const std::size_t line = column == std::string::npos ? column : error.where.rfind(':', column - 1);
  if (line != std::string::npos) {
    problem.at = {std::atoi(error.where.c_str() + line + 1), std::atoi(error.where.c_str() + column + 1)};
  }
  return problem;
}

Module module_from(const json::object& o) {
  Module m;
  m.module_id = text_of(o, "module_id");
  m.phase = text_of(o, "phase");
  m.week = int_of(o, "week");
  m.title = text_of(o, "title");
  m.difficulty = int_of(o, "difficulty");
  m.estimated_hours = base::number_or(o, "estimated_hours", 0);
  m.prerequisites = texts_of(o, "prerequisites");
  m.interview_frequency = int_of(o, "interview_frequency");
  m.learning_objectives = texts_of(o, "learning_objectives");
  m.core_theory = texts_of(o, "core_theory");
  m.hands_on_labs = texts_of(o, "hands_on_labs");
  const json::object& a = o.at("assessment").as_object();
  m.assessment = {int_of(a, "quiz_questions"), int_of(a, "coding_tasks"), base::number_or(a, "pass_threshold", 75)};
  m.deliverables = texts_of(o, "deliverables");
  m.tags = texts_of(o, "tags");
  m.updated_on = text_of(o, "updated_on");
  m.competencies = texts_of(o, "competencies");
  m.interview_drills = texts_of(o, "interview_drills");
  m.exit_criteria = texts_of(o, "exit_criteria");
  m.explainers = texts_of(o, "explainers");
  m.labs = texts_of(o, "labs");
  m.interview_packs = texts_of(o, "interview_packs");
  return m;
}

QuestionKind kind_from(std::string_view name) {
  for (const auto kind : {QuestionKind::kSingle, QuestionKind::kMultiple, QuestionKind::kNumeric, QuestionKind::kShort,
                          QuestionKind::kOrdering, QuestionKind::kMatching}) {
    if (to_string(kind) == name) return kind;
  }
  return QuestionKind::kPredict;
}

std::string answer_text(const json::value& value) {
  return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
}

/// A block scalar ends with a newline that nobody answers.
std::string without_final_newlines(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Question question_from(const json::object& o) {
  Question q;
  q.id = text_of(o, "id");
  q.kind = kind_from(text_of(o, "kind"));
  q.concept_id = text_of(o, "concept");
  q.difficulty = int_of(o, "difficulty", 2);
  q.prompt = text_of(o, "prompt");
  q.explanation = text_of(o, "explanation");
  q.unit = text_of(o, "unit");
  q.tolerance = base::number_or(o, "tolerance", 0);
  q.case_sensitive = base::bool_or(o, "case_sensitive", false);
  q.code = text_of(o, "code");
  q.accept = texts_of(o, "accept");
  q.steps = texts_of(o, "steps");
  q.distractors = texts_of(o, "distractors");
  if (const json::value* answer = o.if_contains("answer")) {
    if (q.kind == QuestionKind::kNumeric && answer->is_number()) q.number = answer->to_number<double>();
    if (q.kind == QuestionKind::kPredict) q.accept = {without_final_newlines(answer_text(*answer))};
  }
  if (const json::value* options = o.if_contains("options")) {
    for (const json::value& one : options->as_array()) {
      const json::object& option = one.as_object();
      q.options.push_back({text_of(option, "text"), base::bool_or(option, "correct", false), text_of(option, "why")});
    }
  }
  if (const json::value* pairs = o.if_contains("pairs")) {
    for (const json::value& one : pairs->as_array()) {
      const json::object& pair = one.as_object();
      q.pairs.push_back({text_of(pair, "left"), text_of(pair, "right"), text_of(pair, "why")});
    }
  }
  if (const json::value* mistakes = o.if_contains("mistakes")) {
    for (const json::value& one : mistakes->as_array()) {
      const json::object& mistake = one.as_object();
      q.mistakes.push_back({answer_text(mistake.at("answer")), text_of(mistake, "why")});
    }
  }
  q.revision = base::sha256_hex(base::canonical_json(o)).substr(0, 16);
  return q;
}

Roadmap roadmap_from(const json::object& o) {
  Roadmap r;
  r.title = text_of(o, "title");
  for (const auto& [kind, hours] : o.at("weekly_split").as_object())
    r.weekly_split[std::string(kind)] = hours.to_number<double>();
  for (const json::value& one : o.at("phases").as_array()) {
    const json::object& p = one.as_object();
    const json::object& g = p.at("gate").as_object();
    r.phases.push_back({text_of(p, "phase_id"),
                        text_of(p, "title"),
                        ints_of(p, "weeks"),
                        {text_of(g, "gate_id"), text_of(g, "title"), text_of(g, "requirement"), {}, {}}});
    for (const json::value& item : g.at("evidence").as_array()) {
      Gate& gate = r.phases.back().gate;
      gate.evidence.push_back(item.is_string() ? std::string(item.get_string()) : text_of(item.as_object(), "item"));
      gate.measured.push_back(item.is_string() ? std::string() : text_of(item.as_object(), "project"));
    }
  }
  for (const json::value& one : o.at("weeks").as_array())
    r.week_titles[int_of(one.as_object(), "week")] = text_of(one.as_object(), "title");
  for (const json::value& one : o.at("competencies").as_array()) {
    const json::object& c = one.as_object();
    r.competencies.push_back({text_of(c, "id"), text_of(c, "title"), texts_of(c, "must_have")});
  }
  for (const json::value& one : o.at("projects").as_array()) {
    const json::object& p = one.as_object();
    r.projects.push_back({text_of(p, "project_id"), text_of(p, "title"), ints_of(p, "weeks"), text_of(p, "problem"),
                          texts_of(p, "stack"), texts_of(p, "metrics")});
  }
  for (const json::value& one : o.at("kpi_groups").as_array())
    r.kpi_groups.emplace_back(text_of(one.as_object(), "title"), texts_of(one.as_object(), "kpis"));
  r.weekly_review = texts_of(o, "weekly_review");
  return r;
}

/// Reads everything; one object a load, so that the steps share what they know.
class Loader {
 public:
  explicit Loader(std::filesystem::path root) : root_(std::move(root)) {}

  Loaded run() {
    load_roadmap();
    each("library/projects", ".yaml", "project",
         [this](const Document& d, const std::string& bytes) { add_guide(d, bytes); });
    optional("library/kpis.yaml", "kpis", [this](const Document& d) { add_kpis(d); });
    optional("library/prices.yaml", "prices",
             [this](const Document& d) { out_.curriculum.prices = prices_from(d.value.as_object()); });
    each("library/modules", ".yaml", "module",
         [this](const Document& d, const std::string& bytes) { add_module(d, bytes); });
    each("library/concepts", ".yaml", "concepts",
         [this](const Document& d, const std::string& bytes) { add_concepts(d, bytes); });
    each("library/questions", ".yaml", "question-bank",
         [this](const Document& d, const std::string& bytes) { add_bank(d, bytes); });
    each_page("library/explainers", "explainer",
              [this](Page page, const Document& d) { add_page(std::move(page), d, out_.curriculum.explainers); });
    each_page("library/interview", "interview-pack",
              [this](Page page, const Document& d) { add_page(std::move(page), d, out_.curriculum.interview_packs); });
    each_page("library/remedials", "remedial",
              [this](Page page, const Document& d) { add_remedial(std::move(page), d); });
    load_labs();
    resolve();
    order_modules();
    derive_complete();
    out_.curriculum.revision = base::sha256_hex(all_hashes_);
    return std::move(out_);
  }

  base::Result<Lab> one_lab(const std::string& id) {
    const std::vector<std::string> names = lab_names();
    if (std::find(names.begin(), names.end(), id) == names.end()) {
      return base::make_error(base::Code::kNotFound,
                              "there is no lab '" + base::clip(id, 100) + "'" + base::did_you_mean(id, names));
    }
    load_lab(id);
    if (const auto lab = out_.curriculum.labs.find(id); lab != out_.curriculum.labs.end())
      return std::move(lab->second);
    return base::make_error(base::Code::kInvalidArgument, out_.problems.empty() ? "labs/" + id + "/lab.yaml is missing"
                                                                                : out_.problems.front().text());
  }

 private:
  void report(Problem problem) { out_.problems.push_back(std::move(problem)); }

  const Validator* validator(const std::string& name) {
    if (const auto found = validators_.find(name); found != validators_.end()) return &found->second;
    const std::string file = "library/_meta/schema/" + name + ".schema.json";
    const auto bytes = base::read_file(root_ / file);
    auto value = bytes.ok() ? base::parse_json(*bytes) : base::Result<json::value>(bytes.error());
    auto compiled = value.ok() ? Validator::compile(std::move(*value)) : base::Result<Validator>(value.error());
    if (!compiled.ok()) {
      if (reported_schemas_.insert(name).second) report({file, {}, compiled.error().text()});
      return nullptr;
    }
    return &validators_.emplace(name, std::move(*compiled)).first->second;
  }

  /// Whether the document fits its schema; its problems are reported.
  bool fits(const Document& document, const std::string& schema_name) {
    const Validator* rules = validator(schema_name);
    if (rules == nullptr) return false;
    auto problems = rules->validate(document);
    for (Problem& problem : problems) report(std::move(problem));
    return problems.empty();
  }

  std::vector<std::string> files_in(const std::string& folder, std::string_view ending) {
    std::vector<std::string> out;
    if (!std::filesystem::exists(root_ / folder)) return out;
    const auto files = base::list_files(root_ / folder);
    if (!files.ok()) {
      report({folder, {}, files.error().message});
      return out;
    }
    for (const std::string& file : *files) {
      if (file.ends_with(ending) && file.find('/') == std::string::npos) {
        out.push_back(folder + "/" + file);
      } else {
        report({folder + "/" + file, {}, "expected only files *" + std::string(ending) + " in " + folder});
      }
    }
    return out;
  }

  std::optional<std::string> bytes_of(const std::string& file) {
    auto bytes = base::read_file(root_ / file, std::size_t{4} << 20);
    if (!bytes.ok()) {
      report({file, {}, bytes.error().message});
      return std::nullopt;
    }
    all_hashes_ += file + base::sha256_hex(*bytes);
    return std::move(*bytes);
  }

  std::optional<Document> document_of(const std::string& file, const std::string& bytes,
                                      const std::string& schema_name) {
    auto document = schema::parse_yaml(bytes, file);
    if (!document.ok()) {
      report(problem_of(document.error(), file));
      return std::nullopt;
    }
    if (!fits(*document, schema_name)) return std::nullopt;
    return std::move(*document);
  }

  void each(const std::string& folder, std::string_view ending, const std::string& schema_name,
            const std::function<void(const Document&, const std::string&)>& add) {
    for (const std::string& file : files_in(folder, ending)) {
      const auto bytes = bytes_of(file);
      if (!bytes) continue;
      if (const auto document = document_of(file, *bytes, schema_name)) add(*document, *bytes);
    }
  }

  void each_page(const std::string& folder, const std::string& schema_name,
                 const std::function<void(Page, const Document&)>& add) {
    for (const std::string& file : files_in(folder, ".md")) {
      const auto bytes = bytes_of(file);
      if (!bytes) continue;
      auto parts = schema::split_front_matter(*bytes, file);
      if (!parts.ok()) {
        report(problem_of(parts.error(), file));
        continue;
      }
      if (!fits(parts->document, schema_name)) continue;
      const json::object& o = parts->document.value.as_object();
      Page page{text_of(o, "id"),
                text_of(o, "title"),
                text_of(o, "module"),
                texts_of(o, "competencies"),
                texts_of(o, "concepts"),
                int_of(o, "minutes"),
                text_of(o, "updated_on"),
                std::move(parts->body),
                file,
                parts->body_line,
                base::sha256_hex(*bytes).substr(0, 16)};
      add(std::move(page), parts->document);
    }
  }

  /// Reports an id that is not the file's name, so that a page can be found by its id.
  bool named_after(const Document& document, std::string_view pointer, const std::string& id) {
    const std::string stem = std::filesystem::path(document.file).stem().string();
    if (stem == id) return true;
    report(document.problem_at(pointer, std::string(pointer.substr(1)) + ": expected '" + stem +
                                            "', as the file is named, found '" + id + "'"));
    return false;
  }

  void load_roadmap() {
    const std::string file = "library/roadmap.yaml";
    const auto bytes = bytes_of(file);
    if (!bytes) return;
    if (const auto document = document_of(file, *bytes, "roadmap")) add_roadmap(*document);
  }

  void add_roadmap(const Document& document) {
    Roadmap& roadmap = out_.curriculum.roadmap = roadmap_from(document.value.as_object());
    std::vector<std::string> ids;
    for (const Project& project : roadmap.projects) ids.push_back(project.project_id);
    for (std::size_t p = 0; p < roadmap.phases.size(); ++p) {
      const std::vector<std::string>& measured = roadmap.phases[p].gate.measured;
      for (std::size_t i = 0; i < measured.size(); ++i) {
        if (measured[i].empty() || std::find(ids.begin(), ids.end(), measured[i]) != ids.end()) continue;
        report(document.problem_at("/phases/" + std::to_string(p) + "/gate/evidence/" + std::to_string(i) + "/project",
                                   "unknown project '" + measured[i] + "'" + base::did_you_mean(measured[i], ids)));
      }
    }
  }

  /// A file that content may do without.
  void optional(const std::string& file, const std::string& schema_name,
                const std::function<void(const Document&)>& add) {
    if (!std::filesystem::exists(root_ / file)) return;
    const auto bytes = bytes_of(file);
    if (!bytes) return;
    if (const auto document = document_of(file, *bytes, schema_name)) add(*document);
  }

  void add_guide(const Document& document, const std::string&) {
    ProjectGuide guide = guide_from(document.value.as_object());
    if (!named_after(document, "/project_id", guide.project_id)) return;
    const auto& known = out_.curriculum.roadmap.projects;
    const auto same = [&](const Project& one) { return one.project_id == guide.project_id; };
    if (std::none_of(known.begin(), known.end(), same)) {
      std::vector<std::string> ids;
      for (const Project& one : known) ids.push_back(one.project_id);
      report(document.problem_at(
          "/project_id", "unknown project '" + guide.project_id + "'" + base::did_you_mean(guide.project_id, ids)));
      return;
    }
    std::set<std::string> seen;
    for (std::size_t i = 0; i < guide.metrics.size(); ++i) {
      if (seen.insert(guide.metrics[i].id).second) continue;
      report(document.problem_at("/metrics/" + std::to_string(i),
                                 "the metric '" + guide.metrics[i].id + "' is there twice"));
    }
    const auto there = [&](std::string_view pointer, const std::string& path) {
      if (path.empty() || std::filesystem::exists(root_ / path)) return;
      report(document.problem_at(pointer, "expected a file or folder of the content, found no '" + path + "'"));
    };
    // Contracts are shared with the program; a copy of library/ and labs/ alone goes without them.
    if (std::filesystem::exists(root_ / "suites")) there("/contract", guide.contract);
    there("/starter", guide.starter);
    guide_documents_.emplace(guide.project_id, document);
    std::string id = guide.project_id;
    out_.curriculum.projects.emplace(std::move(id), std::move(guide));
  }

  /// The catalogue is the roadmap's: each of its KPIs once, in its words.
  void add_kpis(const Document& document) {
    Curriculum& c = out_.curriculum;
    c.kpis = kpis_from(document.value.as_object());
    std::set<std::string> ids;
    std::set<std::pair<std::string, std::string>> wanted;
    for (const auto& [group, kpis] : c.roadmap.kpi_groups) {
      for (const std::string& kpi : kpis) wanted.emplace(group, kpi);
    }
    for (std::size_t i = 0; i < c.kpis.size(); ++i) {
      const Kpi& kpi = c.kpis[i];
      const std::string pointer = "/kpis/" + std::to_string(i);
      for (const Figure& figure : kpi.figures) {
        if (!ids.insert(figure.id).second) {
          report(document.problem_at(pointer, "the figure '" + figure.id + "' is there twice"));
        }
        if (kpi.measured_by == MeasuredBy::kRun && figure.metrics.empty()) {
          report(document.problem_at(pointer, "a KPI that runs measure names the metrics of a run, found none"));
        }
      }
      if (wanted.erase({kpi.group, kpi.title + "."}) == 0) {
        report(document.problem_at(pointer + "/title", "the roadmap has no KPI '" + kpi.title + ".' under '" +
                                                           kpi.group + "', or it is there twice"));
      }
    }
    for (const auto& [group, kpi] : wanted) {
      report(document.problem_at("/kpis", "the roadmap's KPI '" + kpi + "' under '" + group + "' is missing"));
    }
    for (const auto& [id, guide] : c.projects) {
      for (std::size_t i = 0; i < guide.metrics.size(); ++i) {
        const std::string& figure = guide.metrics[i].kpi;
        if (figure.empty() || ids.count(figure) != 0) continue;
        report(guide_documents_.at(id).problem_at(
            "/metrics/" + std::to_string(i) + "/kpi",
            "unknown KPI '" + figure + "'" +
                base::did_you_mean(figure, std::vector<std::string>(ids.begin(), ids.end()))));
      }
    }
  }

  void add_module(const Document& document, const std::string&) {
    Module m = module_from(document.value.as_object());
    if (!named_after(document, "/module_id", m.module_id)) return;
    module_documents_.emplace(m.module_id, document);
    out_.curriculum.modules.push_back(std::move(m));
  }

  void add_concepts(const Document& document, const std::string&) {
    const json::object& o = document.value.as_object();
    if (!named_after(document, "/module", text_of(o, "module"))) return;
    const json::array& list = o.at("concepts").as_array();
    for (std::size_t i = 0; i < list.size(); ++i) {
      const json::object& c = list[i].as_object();
      Concept one{text_of(c, "id"), text_of(c, "title"), text_of(o, "module"), text_of(c, "explainer"),
                  text_of(c, "remedial")};
      const std::string id = one.id;
      if (!out_.curriculum.concepts.emplace(id, std::move(one)).second) {
        report(document.problem_at("/concepts/" + std::to_string(i), "the concept '" + id + "' is there twice"));
        continue;
      }
      out_.curriculum.concept_order.push_back(id);
      concept_documents_.emplace(id, std::pair(document.file, document.position_of("/concepts/" + std::to_string(i))));
    }
  }

  bool take_question_id(const Document& document, const std::string& pointer, Question& q) {
    q.file = document.file;
    q.line = document.position_of(pointer).line;
    if (question_ids_.insert(q.id).second) return true;
    report(document.problem_at(pointer + "/id", "the question '" + q.id + "' is there twice"));
    return false;
  }

  void add_bank(const Document& document, const std::string&) {
    const json::object& o = document.value.as_object();
    const std::string module_id = text_of(o, "module");
    if (!named_after(document, "/module", module_id)) return;
    std::vector<Question> bank;
    const json::array& items = o.at("items").as_array();
    for (std::size_t i = 0; i < items.size(); ++i) {
      const std::string pointer = "/items/" + std::to_string(i);
      Question q = question_from(items[i].as_object());
      q.module = module_id;
      if (take_question_id(document, pointer, q)) bank.push_back(std::move(q));
    }
    bank_documents_.emplace(module_id, document);
    out_.curriculum.banks.emplace(module_id, std::move(bank));
  }

  void add_page(Page page, const Document& document, std::map<std::string, Page>& pages) {
    if (!named_after(document, "/id", page.id)) return;
    page_documents_.emplace(page.file, document);
    pages.emplace(page.id, std::move(page));
  }

  void add_remedial(Page page, const Document& document) {
    if (!named_after(document, "/id", page.id)) return;
    const json::object& o = document.value.as_object();
    Remedial remedial{page, text_of(o, "concept"), {}};
    const json::array& checks = o.at("checks").as_array();
    for (std::size_t i = 0; i < checks.size(); ++i) {
      Question q = question_from(checks[i].as_object());
      q.module = page.module;
      q.concept_id = remedial.concept_id;
      if (take_question_id(document, "/checks/" + std::to_string(i), q)) remedial.checks.push_back(std::move(q));
    }
    page_documents_.emplace(page.file, document);
    out_.curriculum.remedials.emplace(page.id, std::move(remedial));
  }

  // ---- Labs ----

  std::map<std::string, std::string> lab_files(const std::string& folder, std::string_view start) {
    std::map<std::string, std::string> out;
    if (!std::filesystem::exists(root_ / folder)) return out;
    const auto files = base::list_files(root_ / folder);
    if (!files.ok()) return out;
    for (const std::string& file : *files) {
      if (!file.ends_with(".py") || file.find('/') != std::string::npos || file.rfind(start, 0) != 0) continue;
      if (auto bytes = bytes_of(folder + "/" + file)) out.emplace(file, std::move(*bytes));
    }
    return out;
  }

  std::vector<std::string> lab_names() const {
    std::vector<std::string> names;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(root_ / "labs", error)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_directory() && name.front() != '_' && name.front() != '.') names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void load_labs() {
    for (const std::string& name : lab_names()) load_lab(name);
  }

  void load_lab(const std::string& name) {
    const std::string folder = "labs/" + name;
    const std::string file = folder + "/lab.yaml";
    const auto bytes = bytes_of(file);
    if (!bytes) return;
    const auto document = document_of(file, *bytes, "lab");
    if (!document) return;
    const json::object& o = document->value.as_object();
    Lab lab;
    lab.file = file;
    lab.id = text_of(o, "lab");
    if (lab.id != name) {
      report(
          document->problem_at("/lab", "lab: expected '" + name + "', as the folder is named, found '" + lab.id + "'"));
      return;
    }
    lab.title = text_of(o, "title");
    lab.module = text_of(o, "module");
    lab.is_dsa = text_of(o, "kind") == "dsa";
    lab.difficulty = int_of(o, "difficulty");
    lab.minutes = int_of(o, "minutes");
    if (const json::value* timed = o.if_contains("timed")) {
      lab.timed_minutes = {int_of(timed->as_object(), "from_minutes"), int_of(timed->as_object(), "to_minutes")};
    }
    lab.editor = base::bool_or(o, "editor", false);
    lab.files = texts_of(o, "files");
    lab.concepts = texts_of(o, "concepts");
    lab.tags = texts_of(o, "tags");
    lab.updated_on = text_of(o, "updated_on");
    if (const json::value* limits = o.if_contains("limits")) {
      const json::object& l = limits->as_object();
      lab.limits = {int_of(l, "wall_seconds"), int_of(l, "cpu_seconds"), int_of(l, "memory_mb"), int_of(l, "processes"),
                    int_of(l, "output_kb")};
    }
    const std::size_t problems_before = out_.problems.size();
    lab.starter = lab_files(folder + "/starter", "");
    lab.solution = lab_files(folder + "/solution", "");
    lab.tests = lab_files(folder + "/tests", "test_");
    lab.hidden = lab_files(folder + "/hidden", "test_");
    lab.harder = lab_files(folder + "/harder", "test_");
    for (const std::string& support : texts_of(o, "support")) {
      const std::string own = folder + "/support/" + support;
      const std::string path = std::filesystem::exists(root_ / own) ? own : "labs/_shared/" + support;
      if (auto text = bytes_of(path)) lab.support.emplace(support, std::move(*text));
    }
    if (auto task = bytes_of(folder + "/task.md")) lab.task = std::move(*task);
    for (std::size_t i = 0; i < lab.files.size(); ++i) {
      for (const auto* files : {&lab.starter, &lab.solution}) {
        if (files->count(lab.files[i]) == 0) {
          report(document->problem_at("/files/" + std::to_string(i),
                                      "expected " + lab.files[i] + " in starter/ and in solution/"));
        }
      }
    }
    if (lab.tests.empty() || lab.hidden.empty())
      report(document->problem_at("", "expected test_*.py in tests/ and in hidden/"));
    if (out_.problems.size() != problems_before) return;
    std::string hashed = lab.task;
    for (const auto* files : {&lab.tests, &lab.hidden, &lab.harder, &lab.support}) {
      for (const auto& [path, text] : *files) hashed += path + '\0' + text + '\0';
    }
    lab.revision = base::sha256_hex(hashed).substr(0, 16);
    lab_documents_.emplace(lab.id, *document);
    out_.curriculum.labs.emplace(lab.id, std::move(lab));
  }

  // ---- What the files say of each other ----

  template <typename Map>
  static std::vector<std::string> keys(const Map& map) {
    std::vector<std::string> out;
    for (const auto& [key, value] : map) out.push_back(key);
    return out;
  }

  template <typename Known>
  void check_references(const Document& document, const std::string& field, const std::vector<std::string>& ids,
                        const Known& known, std::string_view what) {
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (known.count(ids[i]) != 0) continue;
      report(document.problem_at(
          "/" + field + "/" + std::to_string(i),
          field + ": unknown " + std::string(what) + " '" + ids[i] + "'" + base::did_you_mean(ids[i], keys(known))));
    }
  }

  void check_reference(const Document& document, const std::string& pointer, const std::string& id,
                       const std::map<std::string, Document>& known, std::string_view what) {
    if (known.count(id) != 0) return;
    report(document.problem_at(pointer,
                               "unknown " + std::string(what) + " '" + id + "'" + base::did_you_mean(id, keys(known))));
  }

  void resolve() {
    Curriculum& c = out_.curriculum;
    for (const Module& m : c.modules) {
      const Document& document = module_documents_.at(m.module_id);
      check_references(document, "prerequisites", m.prerequisites, module_documents_, "module");
      check_references(document, "explainers", m.explainers, c.explainers, "explainer");
      check_references(document, "labs", m.labs, c.labs, "lab");
      check_references(document, "interview_packs", m.interview_packs, c.interview_packs, "interview pack");
    }
    for (const auto* pages : {&c.explainers, &c.interview_packs}) {
      for (const auto& [id, page] : *pages) {
        const Document& document = page_documents_.at(page.file);
        check_reference(document, "/module", page.module, module_documents_, "module");
        check_references(document, "concepts", page.concepts, c.concepts, "concept");
      }
    }
    for (const auto& [id, lab] : c.labs) {
      check_reference(lab_documents_.at(id), "/module", lab.module, module_documents_, "module");
      check_references(lab_documents_.at(id), "concepts", lab.concepts, c.concepts, "concept");
    }
    for (const auto& [module_id, document] : bank_documents_) {
      check_reference(document, "/module", module_id, module_documents_, "module");
      const json::array& items = document.value.as_object().at("items").as_array();
      for (std::size_t i = 0; i < items.size(); ++i) {
        const std::string id = text_of(items[i].as_object(), "concept");
        const auto found = c.concepts.find(id);
        if (found != c.concepts.end() && found->second.module == module_id) continue;
        report(document.problem_at("/items/" + std::to_string(i) + "/concept",
                                   "expected a concept of " + module_id + ", found '" + id + "'" +
                                       base::did_you_mean(id, c.concepts_of(module_id))));
      }
    }
    for (const auto& [id, one] : c.concepts) resolve_concept(one);
    for (const auto& [id, remedial] : c.remedials) {
      if (c.concepts.count(remedial.concept_id) != 0) continue;
      report(page_documents_.at(remedial.page.file)
                 .problem_at("/concept", "unknown concept '" + remedial.concept_id + "'" +
                                             base::did_you_mean(remedial.concept_id, c.concept_order)));
    }
    drop_dangling_modules();
  }

  void resolve_concept(const Concept& one) {
    const auto& [file, at] = concept_documents_.at(one.id);
    const std::string page = one.explainer.substr(0, one.explainer.find('#'));
    if (out_.curriculum.explainers.count(page) == 0) {
      report(
          {file, at,
           "explainer: unknown explainer '" + page + "'" + base::did_you_mean(page, keys(out_.curriculum.explainers))});
    }
    if (out_.curriculum.remedials.count(one.remedial) == 0) {
      report({file, at,
              "remedial: unknown remedial '" + one.remedial + "'" +
                  base::did_you_mean(one.remedial, keys(out_.curriculum.remedials))});
    }
  }

  /// A module that names a module, lab or page that is not there would lead everybody who follows it nowhere.
  void drop_dangling_modules() {
    Curriculum& c = out_.curriculum;
    const auto dangles = [&](const Module& m) {
      const auto missing = [](const std::vector<std::string>& ids, const auto& known) {
        return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return known.count(id) == 0; });
      };
      return missing(m.prerequisites, module_documents_) || missing(m.explainers, c.explainers) ||
             missing(m.labs, c.labs) || missing(m.interview_packs, c.interview_packs);
    };
    std::erase_if(c.modules, dangles);
  }

  // ---- Order ----

  /// By week, and within it so that prerequisites come first; a module in a cycle is reported and left out.
  void order_modules() {
    auto& modules = out_.curriculum.modules;
    std::stable_sort(modules.begin(), modules.end(), [](const Module& a, const Module& b) {
      return std::pair(a.week, a.module_id) < std::pair(b.week, b.module_id);
    });
    std::vector<Module> ordered;
    std::set<std::string> placed;
    std::vector<Module> waiting = std::move(modules);
    for (bool progress = true; progress && !waiting.empty();) {
      progress = false;
      for (auto it = waiting.begin(); it != waiting.end();) {
        const bool ready = std::all_of(it->prerequisites.begin(), it->prerequisites.end(),
                                       [&](const std::string& id) { return placed.count(id) != 0; });
        if (!ready) {
          ++it;
          continue;
        }
        placed.insert(it->module_id);
        ordered.push_back(std::move(*it));
        it = waiting.erase(it);
        progress = true;
      }
    }
    std::stable_sort(ordered.begin(), ordered.end(), [](const Module& a, const Module& b) { return a.week < b.week; });
    for (const Module& m : waiting) {
      report(module_documents_.at(m.module_id)
                 .problem_at(
                     "/prerequisites",
                     "prerequisites: '" + m.module_id +
                         "' cannot be reached: its prerequisites lead in a circle or to a module that is left out"));
    }
    modules = std::move(ordered);
  }

  void derive_complete() {
    for (Module& m : out_.curriculum.modules) {
      const auto* bank = out_.curriculum.bank(m.module_id);
      m.complete = !m.explainers.empty() && bank != nullptr &&
                   bank->size() >= 3 * static_cast<std::size_t>(m.assessment.quiz_questions) &&
                   (!m.labs.empty() || m.assessment.coding_tasks == 0);
    }
  }

  std::filesystem::path root_;
  Loaded out_;
  std::string all_hashes_;
  std::map<std::string, Validator> validators_;
  std::set<std::string> reported_schemas_;
  std::set<std::string> question_ids_;
  std::map<std::string, Document> module_documents_;
  std::map<std::string, Document> bank_documents_;
  std::map<std::string, Document> page_documents_;  // by file
  std::map<std::string, Document> lab_documents_;
  std::map<std::string, Document> guide_documents_;
  std::map<std::string, std::pair<std::string, schema::Position>> concept_documents_;
};

}  // namespace

Loaded load(const std::filesystem::path& root) { return Loader(root).run(); }

base::Result<Lab> load_lab(const std::filesystem::path& root, const std::string& id) {
  return Loader(root).one_lab(id);
}

}  // namespace groundwork::curriculum
