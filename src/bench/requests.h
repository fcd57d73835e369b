#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "bench/answer_meter.h"
#include "bench/arrivals.h"
#include "http/url.h"

namespace groundwork::bench {

struct RequestOptions {
  Profile profile = Profile::kHttp;
  std::string model = "default";                             ///< chat, embeddings
  std::uint32_t prompt_tokens = 128;                         ///< about: a word counts as one
  std::uint32_t output_tokens = 128;                         ///< chat: max_tokens
  bool stream = true;                                        ///< chat, rag
  bool ask_usage = true;                                     ///< chat: stream_options.include_usage
  int top_k = 10;                                            ///< search, rag
  std::vector<std::string> queries;                          ///< search, rag, embeddings; empty: a few of our own
  std::string method;                                        ///< http; empty: GET, or POST with a body
  std::string body;                                          ///< http
  std::vector<std::pair<std::string, std::string>> headers;  ///< beside those of the profile; never written to results
  std::uint64_t seed = 1;
};

/// The requests of a run, as bytes for the wire: the same options give the same bytes. Immutable, so threads may share
/// it.
class Requests {
 public:
  /// @errors kInvalidArgument: a header or method with bytes that may not be in one; a header that is the client's own
  static base::Result<Requests> create(const RequestOptions& options, const http::Url& url);

  /// Appends request `index`. Every prompt differs from every other, so that no cache answers for the target.
  void append(std::string& out, std::uint64_t index, const Arrival& size) const;
  /// Whether all are the same bytes.
  bool fixed() const { return options_.profile == Profile::kHttp; }
  Profile profile() const { return options_.profile; }
  bool streams() const;
  /// "POST /v1/chat/completions".
  const std::string& line() const { return line_; }

 private:
  std::string body_of(std::uint64_t index, const Arrival& size) const;

  RequestOptions options_;
  std::string line_;
  std::string head_;  // up to Content-Length's value
};

/// Lines of text, or JSON lines with "text" (BEIR's queries.jsonl) or "question".
/// @errors kNotFound; kInvalidArgument with file and line: no such field; none at all
base::Result<std::vector<std::string>> read_queries(const std::string& file);

}  // namespace groundwork::bench
