#include "http/client.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <future>
#include <thread>

#include "http/event_channel.h"
#include "http/raw_server.h"
#include "http/server.h"

namespace groundwork::http {
namespace {

using base::Code;
using std::chrono::milliseconds;
namespace asio = boost::asio;

class HttpClient : public ::testing::Test {
 protected:
  HttpClient() : client_(Client::create().value()) {}

  static ClientRequest get(std::string url) {
    ClientRequest request;
    request.url = std::move(url);
    request.deadlines = {milliseconds(5000), milliseconds(5000), milliseconds(5000), milliseconds(10000)};
    return request;
  }
  static ClientRequest post(std::string url, std::string body) {
    ClientRequest request = get(std::move(url));
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }
  /// The error of a GET, with its code in front; the answer's status if there is none.
  std::string failure(const ClientRequest& request, const BodyCallback& callback = {}) {
    const base::Result<ClientResponse> result = client_->fetch_blocking(request, callback);
    if (result.ok()) return std::to_string(result->status);
    return std::string(to_string(result.error().code)) + " " + result.error().chain();
  }

  std::unique_ptr<Client> client_;
};

/// Answers the first request of each connection with these bytes, then closes.
RawServer answering(std::string bytes) {
  return RawServer([bytes = std::move(bytes)](RawConnection& connection) {
    if (connection.read_request()) connection.send(bytes);
  });
}

class HttpClientAndServer : public HttpClient {
 protected:
  HttpClientAndServer() {
    Router router;
    router.add({"GET", "/hello/{name}", RunOn::kIoThread, 0, [](const Request& request) {
                  return text_response("hello " + request.path_parameter("name"), "text/plain");
                }});
    router.add({"POST", "/echo", RunOn::kWorkers, 1 << 20,
                [](const Request& request) { return text_response(request.body, "text/plain", 201); }});
    router.add({"GET", "/events", RunOn::kIoThread, 0, [](const Request&) {
                  Response response;
                  response.headers.set("Content-Type", "text/event-stream");
                  response.events = std::make_shared<EventChannel>();
                  for (int i = 0; i < 3; ++i) response.events->push("tick" + std::to_string(i), "x");
                  response.events->close();
                  return response;
                }});
    ServerOptions options;
    options.port = 0;
    server_ = Server::bind(options, std::move(router)).value();
    server_->start();
  }
  std::string url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(server_->port()) + path;
  }

  std::unique_ptr<Server> server_;
};

TEST_F(HttpClientAndServer, GetsAndPostsOverOneKeptConnection) {
  const ClientResponse first = client_->fetch_blocking(get(url("/hello/a%20b"))).value();
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "hello a b");
  EXPECT_EQ(first.headers.get("content-type"), "text/plain");
  EXPECT_FALSE(first.reused);
  const std::string body(500'000, 'x');
  const ClientResponse second = client_->fetch_blocking(post(url("/echo"), body)).value();
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(second.body, body);
  EXPECT_TRUE(second.reused);
}

TEST_F(HttpClientAndServer, HeadHasNoBodyAndKeepsTheConnection) {
  ClientRequest head = get(url("/hello/x"));
  head.method = "HEAD";
  const ClientResponse answer = client_->fetch_blocking(head).value();
  EXPECT_EQ(answer.headers.get("Content-Length"), "7");
  EXPECT_EQ(answer.body, "");
  EXPECT_TRUE(client_->fetch_blocking(head).value().reused);
}

TEST_F(HttpClientAndServer, ABodyWithoutLengthComesInPieces) {
  std::string collected;
  const BodyCallback collect = [&](const ClientResponse& head, std::string_view piece) {
    EXPECT_EQ(head.status, 200);
    collected += piece;
    return Take::kMore;
  };
  const ClientResponse answer = client_->fetch_blocking(get(url("/events")), collect).value();
  EXPECT_EQ(collected, "event: tick0\ndata: x\n\nevent: tick1\ndata: x\n\nevent: tick2\ndata: x\n\n");
  EXPECT_EQ(answer.body, "");
}

TEST_F(HttpClientAndServer, AnErrorsBodyIsCollectedAndNotStreamed) {
  const BodyCallback never = [](const ClientResponse&, std::string_view) -> base::Result<Take> {
    ADD_FAILURE();
    return Take::kMore;
  };
  const ClientResponse answer = client_->fetch_blocking(get(url("/nothing")), never).value();
  EXPECT_EQ(answer.status, 404);
  EXPECT_NE(answer.body.find("NOT_FOUND"), std::string::npos);
}

TEST_F(HttpClientAndServer, ManyThreadsShareOneClient) {
  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 50; ++i) {
        const std::string body = std::to_string(t * 1000 + i);
        const auto answer = client_->fetch_blocking(post(url("/echo"), body));
        if (answer.ok() && answer->body == body) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 400);
}

asio::awaitable<base::Result<ClientResponse>> fetched(Client& client, const ClientRequest& request) {
  base::Result<ClientResponse> result = co_await client.fetch(request);
  co_return result;
}

TEST_F(HttpClientAndServer, CoroutinesOfOtherContextsMayFetch) {
  asio::io_context io;
  const ClientRequest request = get(url("/hello/x"));
  base::Result<ClientResponse> result;
  asio::co_spawn(io, fetched(*client_, request),
                 [&](const std::exception_ptr&, base::Result<ClientResponse> done) { result = std::move(done); });
  io.run();
  EXPECT_EQ(result.value().body, "hello x");
}

TEST_F(HttpClient, AsiosCancellationEndsTheCall) {
  std::promise<void> asked;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    asked.set_value();
    connection.read_request();
  });
  asio::io_context io;
  asio::cancellation_signal signal;
  const ClientRequest request = get(server.url());
  base::Result<ClientResponse> result;
  asio::co_spawn(
      io, fetched(*client_, request),
      asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&, base::Result<ClientResponse> done) {
        result = std::move(done);
      }));
  std::thread canceller([&] {
    asked.get_future().wait();
    asio::post(io, [&] { signal.emit(asio::cancellation_type::terminal); });
  });
  io.run();
  canceller.join();
  EXPECT_EQ(result.error().code, Code::kCancelled) << result.error().chain();
}

TEST_F(HttpClient, ACancellationBetweenTwoWaitsIsNotLost) {
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.read_request();
  });
  asio::io_context io;
  asio::cancellation_signal signal;
  const ClientRequest request = get(server.url());
  const BodySink sink = [&](const ClientResponse&, std::string_view) -> asio::awaitable<base::Result<Take>> {
    std::promise<void> emitted;
    asio::post(io, [&] {
      signal.emit(asio::cancellation_type::terminal);
      emitted.set_value();
    });
    emitted.get_future().wait();
    co_await asio::post(co_await asio::this_coro::executor,
                        asio::use_awaitable);  // here it arrives, with nothing to end
    co_return Take::kMore;
  };
  base::Result<ClientResponse> result;
  asio::co_spawn(
      io, [&]() -> asio::awaitable<base::Result<ClientResponse>> { co_return co_await client_->fetch(request, sink); },
      asio::bind_cancellation_slot(signal.slot(), [&](const std::exception_ptr&, base::Result<ClientResponse> done) {
        result = std::move(done);
      }));
  io.run();
  EXPECT_EQ(result.error().code, Code::kCancelled) << result.error().chain();
}

TEST_F(HttpClient, AStopTokenEndsTheCallWhereverItIs) {
  std::promise<void> asked;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    asked.set_value();
    connection.read_request();
  });
  std::stop_source source;
  ClientRequest request = get(server.url());
  request.stop = source.get_token();
  std::thread stopper([&] {
    asked.get_future().wait();
    source.request_stop();
  });
  EXPECT_EQ(failure(request), "CANCELLED GET " + server.url() + ": cancelled");
  stopper.join();
  EXPECT_EQ(failure(request), "CANCELLED GET " + server.url() + ": cancelled before it began");
}

TEST_F(HttpClient, RefusedConnectionsAndUnknownHostsAreNamed) {
  std::string url;
  {
    url = RawServer([](RawConnection&) {}).url("/v1?key=hunter2");
  }
  const std::string shown = url.substr(0, url.find('?'));
  EXPECT_EQ(failure(get(url)), "UNAVAILABLE GET " + shown + ": connection refused");
  const std::string unknown = failure(get("http://nowhere.invalid/"));
  EXPECT_EQ(unknown.rfind("UNAVAILABLE GET http://nowhere.invalid/: no address for host 'nowhere.invalid'", 0), 0u)
      << unknown;
}

TEST_F(HttpClient, AServerThatHangsIsLeftAtTheDeadline) {
  const RawServer server([](RawConnection& connection) {
    while (connection.read_request()) {
    }
  });
  ClientRequest request = get(server.url());
  request.deadlines.first_byte = milliseconds(60);
  EXPECT_EQ(failure(request), "DEADLINE_EXCEEDED GET " + server.url() + ": no answer within 60 ms");
  request.deadlines.whole = milliseconds(40);
  EXPECT_EQ(failure(request), "DEADLINE_EXCEEDED GET " + server.url() + ": no answer within 40 ms");
}

TEST_F(HttpClient, SilenceInTheMiddleOfTheBodyIsNoticed) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    connection.read_request();
  });
  ClientRequest request = get(server.url());
  request.deadlines.silence = milliseconds(60);
  EXPECT_EQ(failure(request),
            "DEADLINE_EXCEEDED GET " + server.url() + ": silence for 60 ms, after 3 bytes of the body");
}

TEST_F(HttpClient, ASlowDripEndsAtTheWholeDeadline) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
    while (!connection.closed_within(5) && connection.send("x")) {
    }
  });
  ClientRequest request = get(server.url());
  request.deadlines.whole = milliseconds(150);
  const std::string text = failure(request);
  EXPECT_EQ(text.rfind("DEADLINE_EXCEEDED GET " + server.url() + ": not finished within 150 ms, after ", 0), 0u)
      << text;
}

TEST_F(HttpClient, SlowHeadersEndAtTheFirstByteDeadline) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nX: ");
    while (!connection.closed_within(5) && connection.send("x")) {
    }
  });
  ClientRequest request = get(server.url());
  request.deadlines.first_byte = milliseconds(80);
  EXPECT_EQ(failure(request), "DEADLINE_EXCEEDED GET " + server.url() + ": no answer within 80 ms");
}

TEST_F(HttpClient, ClosingInTheMiddleOfTheBodySaysWhere) {
  const RawServer by_length = answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  EXPECT_EQ(failure(get(by_length.url())), "UNAVAILABLE GET " + by_length.url() +
                                               ": the connection was closed in the middle of the body, after 3 bytes");
  const RawServer by_chunks = answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n5\r\nab");
  EXPECT_EQ(failure(get(by_chunks.url())), "UNAVAILABLE GET " + by_chunks.url() +
                                               ": the connection was closed in the middle of the body, after 7 bytes");
  const RawServer in_head = answering("HTTP/1.1 200 OK\r\nContent-Le");
  EXPECT_EQ(failure(get(in_head.url())),
            "UNAVAILABLE GET " + in_head.url() + ": the connection was closed in the middle of the headers");
  const RawServer at_once = answering("");
  EXPECT_EQ(failure(get(at_once.url())),
            "UNAVAILABLE GET " + at_once.url() + ": the connection was closed without an answer (End of file)");
}

TEST_F(HttpClient, ABodyUntilTheEndOfTheConnectionIsWhole) {
  const RawServer server = answering("HTTP/1.0 200 OK\r\n\r\nall of it");
  EXPECT_EQ(client_->fetch_blocking(get(server.url())).value().body, "all of it");
}

TEST_F(HttpClient, ChunkedBodiesAreJoined) {
  const RawServer server = answering(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n4\r\ndefg\r\n0\r\nTrailer: 1\r\n\r\n");
  EXPECT_EQ(client_->fetch_blocking(get(server.url())).value().body, "abcdefg");
}

TEST_F(HttpClient, InformationalAnswersAreSkippedButNotForEver) {
  const RawServer server =
      answering("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + raw_answer(200, "ok"));
  const ClientResponse answer = client_->fetch_blocking(get(server.url())).value();
  EXPECT_EQ(answer.body, "ok");
  EXPECT_FALSE(answer.headers.has("Link"));
  std::string endless;
  for (int i = 0; i < 100; ++i) endless += "HTTP/1.1 100 Continue\r\n\r\n";
  const RawServer hostile = answering(endless);
  EXPECT_EQ(failure(get(hostile.url())),
            "UNAVAILABLE GET " + hostile.url() + ": expected an answer, found status 100 again and again");
}

TEST_F(HttpClient, WhatIsNotHttpIsNamed) {
  for (const std::string& bytes :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string(1000, '\0'),
        std::string("HTTP/1.1 999999 Nope\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"),
        std::string("HTTP/1.1 200 OK\r\nBad Header\r\n\r\n")}) {
    const RawServer server = answering(bytes);
    const std::string text = failure(get(server.url()));
    EXPECT_EQ(text.rfind("UNAVAILABLE GET " + server.url() + ": expected an HTTP/1.1 answer, found: ", 0), 0u)
        << text << " for " << bytes;
  }
}

TEST_F(HttpClient, EndlessHeadersAreCutAtTheLimit) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n");
    while (connection.send("X-Filler: " + std::string(1000, 'x') + "\r\n")) {
    }
  });
  EXPECT_EQ(failure(get(server.url())),
            "RESOURCE_EXHAUSTED GET " + server.url() + ": expected headers of at most 32768 bytes, found more");
}

TEST_F(HttpClient, AnEndlessChunkLineIsCut) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;");
    while (connection.send(std::string(1000, 'x'))) {
    }
  });
  const std::string text = failure(get(server.url()));
  EXPECT_EQ(text.rfind("RESOURCE_EXHAUSTED GET " + server.url() + ": expected the line before a chunk", 0), 0u) << text;
}

TEST_F(HttpClient, AHundredGigabytesAreRefusedBeforeTheyCome) {
  const RawServer server = answering("HTTP/1.1 200 OK\r\nContent-Length: 107374182400\r\n\r\nabc");
  ClientRequest request = get(server.url());
  request.body_limit = 1000;
  EXPECT_EQ(failure(request),
            "RESOURCE_EXHAUSTED GET " + server.url() + ": expected a body of at most 1000 bytes, found more");
}

TEST_F(HttpClient, AChunkedBodyIsCutAtTheLimitAlsoWhenItIsStreamed) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (connection.send("3e8\r\n" + std::string(1000, 'x') + "\r\n")) {
    }
  });
  ClientRequest request = get(server.url());
  request.body_limit = 100'000;
  std::size_t taken = 0;
  const std::string text = failure(request, [&](const ClientResponse&, std::string_view piece) {
    taken += piece.size();
    return Take::kMore;
  });
  EXPECT_EQ(text, "RESOURCE_EXHAUSTED GET " + server.url() + ": expected a body of at most 100000 bytes, found more");
  EXPECT_LE(taken, 100'000u);
}

TEST_F(HttpClient, AConsumerThatRefusesEndsTheCallAndOneThatThrowsIsCaught) {
  const RawServer server([](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\n\r\nabc");
    connection.read_request();
  });
  EXPECT_EQ(failure(get(server.url()),
                    [](const ClientResponse&, std::string_view) -> base::Result<Take> {
                      return base::make_error(Code::kAborted, "enough");
                    }),
            "ABORTED enough");
  EXPECT_EQ(
      failure(get(server.url()),
              [](const ClientResponse&, std::string_view) -> base::Result<Take> { throw std::runtime_error("oops"); }),
      "INTERNAL the consumer of the body threw: oops");
}

TEST_F(HttpClient, EnoughEndsTheCallAndKeepsTheConnectionOnlyIfTheRestComes) {
  RawServer server([](RawConnection& connection) {
    while (connection.read_request()) {
      connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
      // Only the first connection ends its answers.
      if (connection.number() == 0) connection.send("3\r\ndef\r\n0\r\n\r\n");
      if (connection.number() == 1) connection.send("3\r\n");
    }
  });
  const BodyCallback enough = [](const ClientResponse&, std::string_view piece) -> base::Result<Take> {
    EXPECT_EQ(piece.substr(0, 3), "abc");
    return Take::kEnough;
  };
  EXPECT_EQ(failure(get(server.url()), enough), "200");
  EXPECT_TRUE(client_->fetch_blocking(get(server.url()), enough).value().reused);
  client_ = Client::create().value();
  EXPECT_EQ(failure(get(server.url()), enough), "200");  // the second connection: its answer never ends
  EXPECT_FALSE(client_->fetch_blocking(get(server.url()), enough).value().reused);
  EXPECT_EQ(server.connections(), 3);
}

TEST_F(HttpClient, ASlowConsumerSlowsTheSenderDown) {
  std::atomic<std::size_t> sent{0};
  std::promise<void> stuck;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
    timeval patience{0, 100'000};
    ::setsockopt(connection.fd(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const std::string piece(10'000, 'x');
    while (connection.send(piece)) sent += piece.size();
    stuck.set_value();  // nobody has read for the length of its patience
  });
  ClientRequest request = get(server.url());
  request.body_limit = 200'000'000;
  bool first = true;
  failure(request, [&](const ClientResponse&, std::string_view) {
    if (first) stuck.get_future().wait();
    first = false;
    return Take::kMore;
  });
  EXPECT_LT(sent, 50'000'000u);  // the kernel's buffers hold some megabytes
}

/// Serves one request a connection and closes, though the answer promises to keep it.
TEST_F(HttpClient, AStaleConnectionIsReplacedOnceForIdempotentRequestsOnly) {
  RawServer server([](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send(raw_answer(200, "ok"));
    connection.read_request();  // takes the second request and closes without an answer
  });
  EXPECT_EQ(client_->fetch_blocking(get(server.url())).value().reused, false);
  const ClientResponse second = client_->fetch_blocking(get(server.url())).value();
  EXPECT_EQ(second.body, "ok");
  EXPECT_FALSE(second.reused);
  EXPECT_EQ(server.connections(), 2);
  const std::string posted = failure(post(server.url(), "x"));
  EXPECT_EQ(posted.rfind("UNAVAILABLE POST " + server.url() + ": the connection was closed without an answer", 0), 0u)
      << posted;
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClient, ANewConnectionThatClosesIsNotTriedAgain) {
  const RawServer server = answering("");
  failure(get(server.url()));
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpClient, AConnectionThatWasClosedMeanwhileIsNotUsedForAPost) {
  std::promise<void> closed;
  RawServer server([&](RawConnection& connection) {
    if (!connection.read_request()) return;
    connection.send(raw_answer(200, "ok"));
    if (connection.number() > 0) return;
    ::shutdown(connection.fd(), SHUT_RDWR);
    closed.set_value();
  });
  EXPECT_EQ(failure(post(server.url(), "1")), "200");
  closed.get_future().wait();
  EXPECT_EQ(failure(post(server.url(), "2")), "200");
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClient, AConnectionWithBytesAfterTheAnswerIsNotKept) {
  RawServer server([](RawConnection& connection) {
    while (connection.read_request()) connection.send(raw_answer(200, "ok") + raw_answer(200, "poison"));
  });
  EXPECT_EQ(client_->fetch_blocking(get(server.url())).value().body, "ok");
  EXPECT_EQ(client_->fetch_blocking(get(server.url())).value().body, "ok");
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(HttpClient, AnEarlyRefusalIsReadThoughTheBodyWasNotTaken) {
  const RawServer server([](RawConnection& connection) {
    char byte = 0;
    ::recv(connection.fd(), &byte, 1, 0);
    connection.send("HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    ::shutdown(connection.fd(), SHUT_WR);
    connection.read_request();
  });
  EXPECT_EQ(failure(post(server.url(), std::string(100'000, 'x'))), "413");
}

TEST_F(HttpClient, RedirectsAreAnswersLikeOthers) {
  const RawServer server = answering(raw_answer(302, "", "Location: http://127.0.0.1:1/\r\n"));
  EXPECT_EQ(failure(get(server.url())), "302");
}

TEST_F(HttpClient, LineBreaksCannotSmuggleHeaders) {
  ClientRequest request = get("http://127.0.0.1:1/");
  request.headers.add("X", "a\r\nY: b");
  EXPECT_EQ(
      failure(request),
      "INVALID_ARGUMENT GET http://127.0.0.1:1/: expected text as value of the header X, found a control character");
  request = get("http://127.0.0.1:1/");
  request.headers.add("X: y\r\nZ", "a");
  EXPECT_EQ(failure(request).rfind("INVALID_ARGUMENT", 0), 0u);
  request = get("http://127.0.0.1:1/");
  request.headers.add("content-length", "5");
  EXPECT_EQ(failure(request),
            "INVALID_ARGUMENT GET http://127.0.0.1:1/: the client itself writes the header content-length");
  request = get("http://127.0.0.1:1/");
  request.method = "GET / HTTP/1.1\r\n";
  EXPECT_EQ(failure(request),
            "INVALID_ARGUMENT ? http://127.0.0.1:1/: expected a method such as GET, found one with other bytes than a "
            "token's");
}

TEST_F(HttpClient, TooManyCallsAtOnceAreRefused) {
  ClientOptions options;
  options.max_calls = 1;
  const auto client = Client::create(options).value();
  std::promise<void> asked;
  RawServer server([&](RawConnection& connection) {
    connection.read_request();
    asked.set_value();
    connection.read_request();
  });
  std::stop_source source;
  ClientRequest request = get(server.url());
  request.stop = source.get_token();
  auto first = std::async(std::launch::async, [&] { return client->fetch_blocking(request); });
  asked.get_future().wait();
  EXPECT_EQ(client->fetch_blocking(get(server.url())).error().code, Code::kResourceExhausted);
  source.request_stop();
  EXPECT_EQ(first.get().error().code, Code::kCancelled);
}

}  // namespace
}  // namespace groundwork::http
