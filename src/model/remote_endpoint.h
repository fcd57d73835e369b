#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/random.h"
#include "http/client.h"
#include "model/remote_retry.h"

namespace groundwork::model {

/// An endpoint that speaks OpenAI's HTTP interface.
struct RemoteOptions {
  std::string base_url;  ///< up to the version: "https://api.openai.com/v1", "http://127.0.0.1:8000/v1"
  std::string model;     ///< as the endpoint names it
  std::string api_key;   ///< sent as a bearer token; never in a message or log. Empty: none is sent
  http::Deadlines deadlines;
  RetryPolicy retry;
  std::size_t answer_limit = std::size_t{64} << 20;  ///< bytes of an answer
};

/// What one call may take, beside the endpoint's own deadlines.
struct RemoteCall {
  std::chrono::steady_clock::time_point deadline = std::chrono::steady_clock::time_point::max();
  std::stop_token cancel;
};

/// Posts JSON to an endpoint and names what goes wrong. Refusals for the moment (connection failures, and the statuses
/// of is_retryable_status) are tried again as the policy says while no byte of an answer has been handed on; never past
/// the call's deadline. Thread-safe. Every error's public message is one that shows neither address nor key.
/// @errors of every call, with URL and the endpoint's own words in the message:
///   kInvalidArgument    400, 413, 422: the endpoint doesn't take this request
///   kFailedPrecondition 401, 403, 404 and other 4xx: the endpoint, key or model is configured wrongly
///   kResourceExhausted  429, or an answer over the limit
///   kUnavailable        5xx, connection failures, answers that aren't what they should be
///   kDeadlineExceeded, kCancelled
class RemoteEndpoint {
 public:
  /// @param client  must outlive the endpoint
  /// @errors kInvalidArgument: not a URL, or a key or model that can't be sent.
  static base::Result<RemoteEndpoint> open(http::Client& client, RemoteOptions options);

  /// The JSON of a 2xx answer.
  base::Result<base::json::value> post(std::string_view path, const base::json::value& body, const RemoteCall& call);
  /// The pieces of a 2xx answer go to `callback`.
  base::Result<http::ClientResponse> stream(std::string_view path, const base::json::value& body,
                                            const RemoteCall& call, const http::BodyCallback& callback);

  /// An error about what the endpoint answered: URL in front, key cut out.
  base::Error about(std::string_view path, base::Code code, std::string_view message) const;
  const RemoteOptions& options() const { return *options_; }

 private:
  struct Jitter {
    std::mutex mutex;
    base::Random random{base::random_seed()};
  };

  RemoteEndpoint(http::Client& client, RemoteOptions options)
      : client_(&client), options_(std::make_unique<RemoteOptions>(std::move(options))) {}
  http::ClientRequest request_for(std::string_view path, const base::json::value& body, const RemoteCall& call) const;
  base::Error refusal(std::string_view path, const http::ClientResponse& response) const;
  base::Error finished(base::Error error) const;
  std::string without_key(std::string text) const;
  /// Waits before the next try. @return false when the call would be over by then.
  bool pause(int retry, const http::ClientResponse* refused, const RemoteCall& call);

  http::Client* client_;
  std::unique_ptr<const RemoteOptions> options_;
  std::unique_ptr<Jitter> jitter_ = std::make_unique<Jitter>();
};

}  // namespace groundwork::model
