#pragma once

// Calls to one Qdrant server over its REST interface. In scope: deadlines, limits, what an answer must look like,
// errors as values that never show the key. Not in scope: what is asked (qdrant_stages.h, qdrant_writer.h).

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "http/client.h"

namespace groundwork::search {

struct QdrantOptions {
  std::string url;      ///< http://host:port or https://host:port/prefix
  std::string api_key;  ///< sent as the header api-key, never shown; empty: none is sent
  http::Deadlines reading{std::chrono::seconds(5), std::chrono::seconds(10), std::chrono::seconds(10),
                          std::chrono::seconds(30)};
  http::Deadlines writing{std::chrono::seconds(5), std::chrono::seconds(120), std::chrono::seconds(60),
                          std::chrono::seconds(180)};
  std::size_t answer_limit = std::size_t{128} << 20;  ///< bytes
};

/// A point as an answer has it.
struct QdrantPoint {
  std::string id;   ///< a UUID
  float score = 0;  ///< of a search; finite
  base::json::object payload;
  base::json::object vector;  ///< by name
};

/// Thread-safe.
///
/// @errors of every call, which name method and path or the place:
///   kUnauthenticated    401, 403
///   kNotFound           404
///   kFailedPrecondition 400, 409, 422: the server doesn't take the request; its words are in the message
///   kResourceExhausted  413, 429, an answer over the limit
///   kUnavailable        3xx (none is followed), 5xx, refused, closed, an answer that is none of Qdrant's
///   kDeadlineExceeded, kCancelled
class QdrantApi {
 public:
  /// Doesn't connect yet. @errors kInvalidArgument: no such URL, a key that can't be sent
  static base::Result<std::unique_ptr<QdrantApi>> open(QdrantOptions options);

  /// What the answer has under "result". A GET without a body where `body` is null.
  base::Result<base::json::value> read(std::string_view method, const std::string& path, const base::json::value& body);
  /// The same with the deadlines of writing. @param body  JSON, or empty
  base::Result<base::json::value> write(std::string_view method, const std::string& path, const std::string& body,
                                        std::stop_token stop = {});
  /// A change of points that waits until it is there. @errors kUnavailable: the server doesn't say that it is completed
  base::Status change(std::string_view method, const std::string& path, const std::string& body,
                      std::stop_token stop = {});

  /// At most `most` points of a list in an answer, each once, with scores or without.
  /// @errors kUnavailable: it is no such list
  base::Result<std::vector<QdrantPoint>> points_of(base::json::value&& list, std::size_t most, bool scored) const;

  /// The answer is not what Qdrant says to such a request.
  base::Error unexpected(const std::string& expected, std::string_view found) const;
  const std::string& place() const { return place_; }

 private:
  QdrantApi(std::unique_ptr<http::Client> client, QdrantOptions options, std::string place)
      : client_(std::move(client)), options_(std::move(options)), place_(std::move(place)) {}
  base::Result<base::json::value> call(http::ClientRequest request, const std::string& path);
  base::Error refusal(const http::ClientRequest& request, const http::ClientResponse& response) const;
  std::string without_key(std::string text) const;

  std::unique_ptr<http::Client> client_;
  QdrantOptions options_;
  std::string place_;
};

}  // namespace groundwork::search
