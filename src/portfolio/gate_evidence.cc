#include "portfolio/gate_evidence.h"

#include <algorithm>

#include "base/hash.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "http/url.h"
#include "portfolio/format.h"
#include "progress/course.h"
#include "text/markdown.h"

namespace groundwork::portfolio {
namespace {

using base::Code;
using base::make_error;
using base::Result;
using base::json::object;
using base::json::value;

/// The item that is meant, in the roadmap's words.
Result<std::string> item_of(const progress::Course::Phase& phase, const std::string& wanted) {
  const std::string* found = nullptr;
  for (const std::string& item : phase.evidence) {
    if (item == wanted) return item;
    if (wanted.empty() || !item.starts_with(wanted)) continue;
    if (found != nullptr) {
      return make_error(Code::kInvalidArgument, "two items of " + phase.gate_id + " begin with '" +
                                                    base::clip(wanted, 80) + "': '" + *found + "' and '" + item + "'");
    }
    found = &item;
  }
  if (found != nullptr) return *found;
  std::string all;
  for (const std::string& item : phase.evidence) all += (all.empty() ? "'" : ", '") + item + "'";
  return make_error(Code::kNotFound,
                    phase.gate_id + " asks for no '" + base::clip(wanted, 80) + "'; it asks for " + all);
}

base::Status check(const GateItem& item, const Evidence& evidence) {
  if (item.kind == "link") {
    const auto url = http::parse_url(item.text);
    if (!url.ok()) return make_error(Code::kInvalidArgument, "link: " + url.error().message);
    return {};
  }
  if (item.kind == "commit") {
    const bool hex = std::all_of(item.text.begin(), item.text.end(),
                                 [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
    if (!hex || item.text.size() < 7 || item.text.size() > 64) {
      return make_error(Code::kInvalidArgument,
                        "commit: expected 7 to 64 of 0-9 and a-f, found '" + base::clip(item.text, 80) + "'");
    }
    return {};
  }
  if (item.kind == "run") {
    std::vector<std::string> runs;
    for (const ledger::Fact& fact : evidence.facts) {
      if (fact.kind != "kpi.measured" && fact.kind != "kpi.recorded") continue;
      const std::string run = base::string_or(fact.data, "run");
      if (run == item.text) return {};
      if (!run.empty()) runs.push_back(run);
    }
    return make_error(Code::kNotFound, "no recorded run is called '" + base::clip(item.text, 80) + "'" +
                                           base::did_you_mean(base::clip(item.text, 80), runs));
  }
  if (item.kind == "file") {
    if (item.name.empty()) return make_error(Code::kInvalidArgument, "file: expected a name");
    if (item.bytes.empty())
      return make_error(Code::kInvalidArgument, "file: '" + base::clip(item.name, 80) + "' is empty");
    return {};
  }
  if (item.kind == "note") {
    if (item.text.size() < 40) {
      return make_error(Code::kInvalidArgument,
                        "note: expected at least 40 characters that say what is shown and where");
    }
    return {};
  }
  return make_error(Code::kInvalidArgument, "expected evidence of kind link, file, commit, run or note, found '" +
                                                base::clip(item.kind, 40) + "'");
}

std::string text_of(const object& from, std::string_view key) { return text::escape_html(base::string_or(from, key)); }

void write_metrics(std::string& out, const object& item) {
  out +=
      "<table><thead><tr><th>Number</th><th>Measured</th><th>Target</th><th>n</th><th>Run</th><th>State</th></tr>"
      "</thead><tbody>";
  for (const value& one : item.at("metrics").as_array()) {
    const object& metric = one.as_object();
    std::string interval;
    if (metric.at("low").is_number() && metric.at("high").is_number()) {
      interval = " <small>95 %: " + shown(metric.at("low").to_number<double>(), base::string_or(metric, "unit")) +
                 " to " + shown(metric.at("high").to_number<double>(), base::string_or(metric, "unit")) + "</small>";
    }
    const std::string measured = text_of(metric, "value_text");
    out += "<tr><td>" + text_of(metric, "title") + "</td><td>" + (measured.empty() ? "not yet" : measured) + interval +
           "</td><td>" + text_of(metric, "target_text") + "</td><td>" +
           (metric.at("n").is_number() ? std::to_string(base::int_or(metric, "n", 0)) : "") + "</td><td><code>" +
           text_of(metric, "run") + "</code></td><td>" + text_of(metric, "state") + "</td></tr>";
  }
  out += "</tbody></table>";
}

void write_item(std::string& out, const object& item) {
  const bool there = base::bool_or(item, "satisfied", false);
  out += "<section><h3>" + std::string(there ? "&#10003; " : "&#10007; ") + text_of(item, "item") + "</h3>";
  if (base::string_or(item, "kind") == "measured") {
    write_metrics(out, item);
  } else if (item.at("evidence").is_object()) {
    const object& given = item.at("evidence").get_object();
    out += "<dl><dt>" + text_of(given, "kind") + "</dt><dd>" + text_of(given, "evidence") + " " +
           text_of(given, "name") + "</dd>";
    if (const std::string hash = text_of(given, "sha256"); !hash.empty()) {
      out += "<dt>SHA-256</dt><dd><code>" + hash + "</code>, " + std::to_string(base::int_or(given, "bytes", 0)) +
             " bytes</dd>";
    }
    out += "<dt>handed in</dt><dd>" + text_of(given, "at") + ", fact " +
           std::to_string(base::int_or(given, "fact", 0)) + "</dd></dl>";
  }
  if (!there) out += "<p>Missing. <code>" + text_of(item, "command") + "</code></p>";
  out += "</section>";
}

}  // namespace

Result<std::int64_t> add_evidence(assess::Study& study, const std::string& learner, const GateItem& item) {
  GW_TRY(const Evidence evidence, evidence_of(study, learner));
  const progress::Course& course = *evidence.standing->course;
  const int phase = course.gate(item.gate);
  if (phase == progress::kNone) {
    std::vector<std::string> ids;
    for (const progress::Course::Phase& one : course.phases) ids.push_back(one.gate_id);
    return make_error(Code::kNotFound, "there is no gate '" + base::clip(item.gate, 80) + "'" +
                                           base::did_you_mean(base::clip(item.gate, 80), ids));
  }
  const progress::Course::Phase& spec = course.phases[static_cast<std::size_t>(phase)];
  GW_TRY(const std::string text, item_of(spec, item.item));
  const auto place = std::find(spec.evidence.begin(), spec.evidence.end(), text) - spec.evidence.begin();
  if (const int project = course.measured_by(phase, static_cast<std::size_t>(place)); project != progress::kNone) {
    return make_error(Code::kFailedPrecondition,
                      "'" + text + "' is proved by a run and not handed in: groundwork project measure " +
                          course.projects[static_cast<std::size_t>(project)].id + " --target URL");
  }
  GW_CHECK_OK(check(item, evidence));
  object data{{"gate", item.gate}, {"item", text}, {"evidence", item.text}, {"kind", item.kind}};
  if (item.kind == "file") {
    GW_TRY(const std::string hash, study.ledger().put_blob(item.bytes));
    data["name"] = item.name;
    data["sha256"] = hash;
    data["bytes"] = item.bytes.size();
  }
  const std::string id = "gate.evidence:" + std::to_string(evidence.standing->last_seq + 1) + ":" +
                         base::sha256_hex(base::canonical_json(data)).substr(0, 12);
  return study.record(study.fact(learner, id, "gate.evidence", std::move(data)));
}

std::string gate_report_html(const object& gate, const std::string& learner, base::Timestamp now) {
  const std::string title = text_of(gate, "title");
  std::string out =
      "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
      "content=\"width=device-width\"><title>" +
      title +
      "</title><style>"
      ":root{color-scheme:light}body{font:16px/1.5 'Source Serif 4',Georgia,serif;color:#1b1a18;max-width:46rem;"
      "margin:2rem auto;padding:0 1.2rem}h1{line-height:1.15;margin-bottom:.3rem}h2{margin-top:2rem;border-top:1px "
      "solid "
      "#e0dcd2;padding-top:.8rem}h3{margin-bottom:.3rem;font-size:1.05rem}table{border-collapse:collapse;width:100%;"
      "font-size:.9rem}th,td{text-align:left;vertical-align:top;padding:.3rem .8rem .3rem 0;border-bottom:1px solid "
      "#e0dcd2}code{font-family:'Source Code Pro',monospace;font-size:.85em;overflow-wrap:anywhere}dl{display:grid;"
      "grid-template-columns:auto 1fr;gap:.2rem 1rem}dt{color:#6a655d}dd{margin:0;overflow-wrap:anywhere}section{"
      "break-inside:avoid}small{color:#6a655d}</style></head><body><main>";
  out += "<p><small>Groundwork, " + base::format_timestamp(now) + ", learner " + text::escape_html(learner) +
         "</small></p><h1>" + title + "</h1><p>" + text_of(gate, "requirement") + "</p><p><strong>" +
         (base::string_or(gate, "status") == "open" ? "Open since " + text_of(gate, "opened_at") : "Closed") +
         "</strong></p><h2>Evidence</h2>";
  for (const value& item : gate.at("items").as_array()) write_item(out, item.as_object());
  const auto& blocks = gate.at("blocks").as_array();
  if (!blocks.empty()) {
    out += "<h2>Blocks</h2><ul>";
    for (const value& block : blocks) {
      out += "<li>" + text_of(block.as_object(), "project_title") + ": " + text_of(block.as_object(), "text") + "</li>";
    }
    out += "</ul>";
  }
  out += "<h2>Modules</h2><table><thead><tr><th>Module</th><th>State</th></tr></thead><tbody>";
  for (const value& one : gate.at("modules").as_array()) {
    out += "<tr><td>" + text_of(one.as_object(), "title") + "</td><td>" + text_of(one.as_object(), "status") +
           "</td></tr>";
  }
  out += "</tbody></table><h2>Why</h2><ul>";
  for (const value& one : gate.at("reasons").as_array()) {
    const object& reason = one.as_object();
    out += "<li>" + text_of(reason, "text");
    for (const value& fact : reason.at("facts").as_array()) {
      out += " <small>fact " + std::to_string(fact.to_number<std::int64_t>()) + "</small>";
    }
    out += "</li>";
  }
  return out + "</ul></main></body></html>\n";
}

}  // namespace groundwork::portfolio
