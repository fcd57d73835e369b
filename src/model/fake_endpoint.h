#pragma once

// For tests: an endpoint whose answers, true or not, a test chooses.

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/client.h"
#include "http/raw_server.h"
#include "model/remote_endpoint.h"

namespace groundwork::model {

/// What came in one request.
struct SeenRequest {
  std::string head;
  base::json::object body;
};

/// Answers request number n (from 0, over all connections) with the bytes that `answer` gives for it; empty bytes leave
/// the client waiting until it goes. A connection ends after an answer that ends with kCut.
class FakeEndpoint {
 public:
  static constexpr std::string_view kCut = "<cut>";
  using Answer = std::function<std::string(int number, const SeenRequest& request)>;

  explicit FakeEndpoint(Answer answer);

  /// Short waits, no retry; with the API key "sk-hunter2".
  RemoteOptions options() const;
  int requests() const;
  SeenRequest request(int number) const;

 private:
  void serve(http::RawConnection& connection);

  Answer answer_;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  http::RawServer server_;  // last: its threads use what stands above
};

/// A JSON answer.
std::string json_answer(std::string_view body, int status = 200, std::string_view headers = {});
/// An event stream, chunked, with a "data: " line for each of `data`.
std::string event_answer(const std::vector<std::string>& data);
/// A chat.completion.chunk with this content, and with a finish_reason where one is given.
std::string chunk(std::string_view content, std::string_view finish_reason = {});
/// The message and chain of an error with its code in front.
std::string shown(const base::Error& error);

}  // namespace groundwork::model
