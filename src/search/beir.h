#pragma once

// Retrieval test sets in the layout of BEIR. In scope: reading them, whoever wrote them. Not in scope: measuring.
//
//   corpus.jsonl   {"_id", "title"?, "text", "metadata"?} a line
//   queries.jsonl  {"_id", "text"} a line
//   qrels.tsv, or qrels/test.tsv   query-id, corpus-id, score, with or without a header; or TREC's four columns
//
// @source Thakur et al. 2021, arXiv:2104.08663; https://github.com/beir-cellar/beir/wiki/Load-your-custom-dataset

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "search/document.h"

namespace groundwork::search {

/// Whether the folder has a corpus.jsonl.
bool is_beir(const std::filesystem::path& folder);

/// Calls `f` for each document in the order of the file; an error of `f` ends the walk.
/// @errors kNotFound; kInvalidArgument with file and line: no JSON object, an _id or text that is missing or no string,
///         an _id that was there before (its line is named), a line above 16 MiB, no document at all
base::Status for_each_document(const std::filesystem::path& folder, const std::function<base::Status(Document)>& f);

struct TestQuery {
  std::string id;
  std::string text;
};

/// Relevance above 0 by query and document.
using Judgements = std::map<std::string, std::map<std::string, int>>;

struct TestSet {
  std::vector<TestQuery> queries;     ///< those that have a relevant document, in the order of the file
  Judgements judgements;              ///< of these queries
  std::vector<std::string> warnings;  ///< judgements of queries that are not there
};

/// @errors as for_each_document; kInvalidArgument: no query has a judgement
base::Result<TestSet> load_test_set(const std::filesystem::path& folder);

}  // namespace groundwork::search
