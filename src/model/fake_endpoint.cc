#include "model/fake_endpoint.h"

#include <cstdio>
#include <utility>

namespace groundwork::model {

using std::chrono::milliseconds;

FakeEndpoint::FakeEndpoint(Answer answer)
    : answer_(std::move(answer)), server_([this](http::RawConnection& connection) { serve(connection); }) {}

void FakeEndpoint::serve(http::RawConnection& connection) {
  while (const auto bytes = connection.read_request()) {
    const std::size_t end = bytes->find("\r\n\r\n");
    const auto body = base::parse_json(std::string_view(*bytes).substr(end + 4));
    SeenRequest request{bytes->substr(0, end),
                        body.ok() && body->is_object() ? body->get_object() : base::json::object()};
    int number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = static_cast<int>(seen_.size());
      seen_.push_back(request);
    }
    std::string answer = answer_(number, request);
    const bool cut = answer.ends_with(kCut);
    if (cut) answer.resize(answer.size() - kCut.size());
    if (!answer.empty()) connection.send(answer);
    if (cut) return;
  }
}

RemoteOptions FakeEndpoint::options() const {
  RemoteOptions options;
  options.base_url = server_.url("/v1");
  options.model = "test-model";
  options.api_key = "sk-hunter2";
  options.deadlines = {milliseconds(5000), milliseconds(5000), milliseconds(5000), milliseconds(10000)};
  options.retry = {0, milliseconds(1), milliseconds(2)};
  return options;
}

int FakeEndpoint::requests() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(seen_.size());
}

SeenRequest FakeEndpoint::request(int number) const {
  const std::lock_guard lock(mutex_);
  return seen_.at(static_cast<std::size_t>(number));
}

std::string json_answer(std::string_view body, int status, std::string_view headers) {
  return http::raw_answer(status, body, "Content-Type: application/json\r\n" + std::string(headers));
}

std::string event_answer(const std::vector<std::string>& data) {
  std::string out = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (const std::string& line : data) {
    const std::string event = "data: " + line + "\n\n";
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", event.size());
    out += size + event + "\r\n";
  }
  return out + "0\r\n\r\n";
}

std::string chunk(std::string_view content, std::string_view finish_reason) {
  base::json::object choice = {{"index", 0}, {"delta", {{"content", content}}}};
  if (!finish_reason.empty()) choice["finish_reason"] = finish_reason;
  return base::json::serialize(
      base::json::object{{"object", "chat.completion.chunk"}, {"choices", base::json::array{choice}}});
}

std::string shown(const base::Error& error) { return std::string(base::to_string(error.code)) + " " + error.chain(); }

}  // namespace groundwork::model
