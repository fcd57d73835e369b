#include "http/server.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "base/file.h"
#include "http/event_channel.h"

namespace groundwork::http {
namespace {

Router test_router() {
  Router router;
  router.add({"GET", "/hello/{name}", RunOn::kIoThread, 0, [](const Request& request) {
                return text_response("hello " + request.path_parameter("name"), "text/plain");
              }});
  router.add({"POST", "/echo", RunOn::kWorkers, 1000,
              [](const Request& request) { return text_response(request.body, "text/plain"); }});
  router.add({"GET", "/throw", RunOn::kWorkers, 0,
              [](const Request&) -> Response { throw std::runtime_error("secret path"); }});
  router.add({"GET", "/events", RunOn::kIoThread, 0, [](const Request&) {
                Response response;
                response.headers.set("Content-Type", "text/event-stream");
                response.events = std::make_shared<EventChannel>();
                response.events->push("update", "one\ntwo");
                response.events->close();
                return response;
              }});
  return router;
}

class HttpServer : public ::testing::Test {
 protected:
  HttpServer() {
    ServerOptions options;
    options.port = 0;
    options.read_timeout = std::chrono::seconds(2);
    server_ = Server::bind(options, test_router()).value();
    server_->start();
  }

  std::string host() const { return "127.0.0.1:" + std::to_string(server_->port()); }

  base::UniqueFd connected() const {
    base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    return fd;
  }

  /// Sends the bytes as they are and reads to the end of the connection.
  std::string raw(const std::string& bytes) const {
    const base::UniqueFd fd = connected();
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
    std::string out;
    char chunk[4096];
    for (ssize_t got = 0; (got = ::recv(fd.get(), chunk, sizeof chunk, 0)) > 0;)
      out.append(chunk, static_cast<std::size_t>(got));
    return out;
  }

  std::string request(const std::string& line, const std::string& headers = {}, const std::string& body = {}) const {
    return raw(line + " HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n" + headers + "\r\n" + body);
  }

  std::unique_ptr<Server> server_;
};

bool starts_with(const std::string& text, const std::string& prefix) { return text.rfind(prefix, 0) == 0; }
bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST_F(HttpServer, AnswersAndDecodesThePath) {
  const std::string answer = request("GET /hello/a%20b");
  EXPECT_TRUE(starts_with(answer, "HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_TRUE(contains(answer, "\r\n\r\nhello a b")) << answer;
}

TEST_F(HttpServer, HeadHasTheLengthAndNoBody) {
  const std::string answer = request("HEAD /hello/x");
  EXPECT_TRUE(contains(answer, "Content-Length: 7\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n")) << answer;
}

TEST_F(HttpServer, KeepsTheConnectionForTheNextRequest) {
  const std::string answer = raw("GET /hello/1 HTTP/1.1\r\nHost: " + host() +
                                 "\r\n\r\nGET /hello/2 HTTP/1.1\r\nHost: " + host() + "\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(contains(answer, "hello 1")) << answer;
  EXPECT_TRUE(contains(answer, "hello 2")) << answer;
}

TEST_F(HttpServer, MalformedRequestGetsProblemJson) {
  for (const std::string& bytes : {std::string("GARBAGE\r\n\r\n"), "GET /%zz HTTP/1.1\r\nHost: " + host() + "\r\n\r\n",
                                   std::string("GET / HTTP/1.1\r\nBad Header\r\n\r\n")}) {
    const std::string answer = raw(bytes);
    EXPECT_TRUE(starts_with(answer, "HTTP/1.1 400 Bad Request\r\n")) << answer;
    EXPECT_TRUE(contains(answer, "application/problem+json")) << answer;
  }
}

TEST_F(HttpServer, BodyOverTheRoutesLimitIs413AlsoWhenChunked) {
  EXPECT_TRUE(starts_with(request("POST /echo", "Content-Length: 1001\r\n", std::string(1001, 'x')), "HTTP/1.1 413"));
  EXPECT_TRUE(starts_with(
      request("POST /echo", "Transfer-Encoding: chunked\r\n", "400\r\n" + std::string(1024, 'x') + "\r\n0\r\n\r\n"),
      "HTTP/1.1 413"));
  EXPECT_TRUE(starts_with(request("POST /echo", "Content-Length: 1000\r\n", std::string(1000, 'x')), "HTTP/1.1 200"));
}

TEST_F(HttpServer, HeadersOverTheLimitAre431) {
  EXPECT_TRUE(starts_with(request("GET /hello/x", "X: " + std::string(20000, 'y') + "\r\n"), "HTTP/1.1 431"));
}

TEST_F(HttpServer, ThrowingHandlerIs500WithoutItsMessageAndTheServerLivesOn) {
  const std::string answer = request("GET /throw");
  EXPECT_TRUE(starts_with(answer, "HTTP/1.1 500")) << answer;
  EXPECT_FALSE(contains(answer, "secret path")) << answer;
  EXPECT_TRUE(starts_with(request("GET /hello/x"), "HTTP/1.1 200"));
}

TEST_F(HttpServer, OtherHostsAreRefused) {
  EXPECT_TRUE(
      starts_with(raw("GET /hello/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"), "HTTP/1.1 421"));
}

TEST_F(HttpServer, EventStreamSendsWhatIsPendingAndEnds) {
  const std::string answer = request("GET /events");
  EXPECT_TRUE(contains(answer, "event: update\ndata: one\ndata: two\n\n")) << answer;
}

TEST_F(HttpServer, SecondServerOnThePortSaysSo) {
  ServerOptions options;
  options.port = server_->port();
  const auto second = Server::bind(options, Router());
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find("in use"), std::string::npos);
}

TEST_F(HttpServer, StopEndsWhileClientsAreConnected) {
  const base::UniqueFd half = connected();
  ASSERT_EQ(::send(half.get(), "GET /he", 7, MSG_NOSIGNAL), 7);
  server_->stop();
  char byte = 0;
  EXPECT_LE(::recv(half.get(), &byte, 1, 0), 0);  // closed or reset: no answer to half a request
}

}  // namespace
}  // namespace groundwork::http
