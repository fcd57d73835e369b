#include "search/trec.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "base/utf8.h"
#include "search/lines.h"

namespace groundwork::search {

using base::Code;
using base::make_error;
using base::Result;
using base::Status;

namespace {

struct Scored {
  float score = 0;
  std::string id;
};

Status read_line(std::string_view line, const std::string& where, std::map<std::string, std::vector<Scored>>& all) {
  const std::vector<std::string_view> columns = columns_of(line);
  if (columns.size() != 6) {
    return make_error(
        Code::kInvalidArgument,
        "expected query-id, Q0, document-id, rank, score and tag, found " + std::to_string(columns.size()) + " columns",
        where);
  }
  double read = 0;
  const std::string_view text = columns[4];
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  const auto score = static_cast<float>(read);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(score)) {
    return make_error(Code::kInvalidArgument, "expected a number as score, found '" + base::clip(text, 40) + "'",
                      where);
  }
  all[std::string(columns[0])].push_back({score, std::string(columns[2])});
  return {};
}

bool fits(std::string_view id) { return !id.empty() && id.find_first_of(" \t\r\n\v\f") == std::string_view::npos; }

}  // namespace

Result<TrecRun> read_run(const std::filesystem::path& file) {
  std::map<std::string, std::vector<Scored>> all;
  GW_CHECK_OK(for_each_line(
      file, [&](const std::string& line, const std::string& where) { return read_line(line, where, all); }));
  if (all.empty()) return make_error(Code::kInvalidArgument, "the run is empty", file.string());
  TrecRun run;
  for (auto& [query, documents] : all) {
    std::ranges::stable_sort(documents, [](const Scored& a, const Scored& b) {
      return a.score != b.score ? a.score > b.score : a.id > b.id;
    });
    std::unordered_set<std::string_view> seen;
    for (const Scored& one : documents) {
      if (seen.insert(one.id).second) continue;
      return make_error(Code::kInvalidArgument,
                        "query '" + base::clip(query, 80) + "' has the document '" + base::clip(one.id, 80) + "' twice",
                        file.string());
    }
    for (Scored& one : documents) run[query].push_back(one.id);
  }
  return run;
}

Result<std::string> to_run(const Evaluation& evaluation, std::string_view tag) {
  std::string text;
  for (const QueryScores& query : evaluation.queries) {
    for (std::size_t i = 0; i < query.ranking.size(); ++i) {
      const std::string& id = query.ranking[i];
      if (!fits(query.id) || !fits(id)) {
        return make_error(Code::kInvalidArgument, "a run file can't hold an id with white space: '" +
                                                      base::clip(fits(id) ? query.id : id, 80) + "'");
      }
      text += query.id + " Q0 " + id + " " + std::to_string(i + 1) + " " + std::to_string(query.ranking.size() - i) +
              " " + std::string(tag) + "\n";
    }
  }
  return text;
}

Ranker ranker_of(TrecRun run) {
  return [run = std::move(run)](const TestQuery& query) -> Result<std::vector<std::string>> {
    const auto found = run.find(query.id);
    return found == run.end() ? std::vector<std::string>() : found->second;
  };
}

}  // namespace groundwork::search
