#include "model/remote_chat.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "model/fake_endpoint.h"
#include "telemetry/log.h"

namespace groundwork::model {
namespace {

using base::Code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

const std::string kHello = event_answer({chunk("Hel"), chunk("lo", "stop"), "[DONE]"});

class RemoteChat : public ::testing::Test {
 protected:
  RemoteChat() : client_(http::Client::create().value()) {
    telemetry::set_sink([this](std::string_view line) { logged_ += line; });
  }
  ~RemoteChat() override { telemetry::set_sink({}); }

  std::unique_ptr<RemoteChatModel> model(const RemoteOptions& endpoint) {
    RemoteChatOptions options;
    options.endpoint = endpoint;
    return RemoteChatModel::open(*client_, options).value();
  }
  /// The text of an answer, or the error.
  static std::string said(RemoteChatModel& model, const ChatRequest& request = question()) {
    const auto answer = model.chat(request);
    return answer.ok() ? answer->text : shown(answer.error());
  }
  static ChatRequest question() {
    ChatRequest request;
    request.messages = {{Role::kSystem, "Be brief."}, {Role::kUser, "Hello?"}};
    return request;
  }
  static ChatRequest question_with_schema() {
    ChatRequest request = question();
    request.schema =
        base::parse_json(R"({"type":"object","required":["n"],"properties":{"n":{"type":"integer"}}})").value();
    return request;
  }
  std::string url_of(const FakeEndpoint& endpoint) {
    return "POST " + endpoint.options().base_url + "/chat/completions: ";
  }

  std::string logged_;
  std::unique_ptr<http::Client> client_;
};

TEST_F(RemoteChat, StreamsTheAnswerAndReportsUsage) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) {
    return event_answer({chunk("Hel"), chunk("lo", "stop"),
                         R"({"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2}})", "[DONE]"});
  });
  const auto remote = model(endpoint.options());
  std::vector<std::string> deltas;
  ChatRequest request = question();
  request.max_tokens = 50;
  request.stop = {"END"};
  request.seed = 7;
  const ChatAnswer answer = remote
                                ->chat(request,
                                       [&](std::string_view delta) {
                                         deltas.emplace_back(delta);
                                         return true;
                                       })
                                .value();
  EXPECT_EQ(answer.text, "Hello");
  EXPECT_EQ(deltas, (std::vector<std::string>{"Hel", "lo"}));
  EXPECT_EQ(answer.finish, FinishReason::kStop);
  EXPECT_EQ(answer.usage, (Usage{9, 0, 2, false}));
  EXPECT_GT(answer.timings.first_token.count(), 0);
  EXPECT_GE(answer.timings.total, answer.timings.first_token);

  const SeenRequest seen = endpoint.request(0);
  EXPECT_EQ(seen.head.rfind("POST /v1/chat/completions HTTP/1.1\r\n", 0), 0u);
  EXPECT_NE(seen.head.find("Authorization: Bearer sk-hunter2"), std::string::npos);
  EXPECT_EQ(base::json::serialize(seen.body.at("messages")),
            R"([{"role":"system","content":"Be brief."},{"role":"user","content":"Hello?"}])");
  EXPECT_EQ(seen.body.at("model"), "test-model");
  EXPECT_EQ(seen.body.at("max_tokens"), 50);
  EXPECT_EQ(seen.body.at("seed"), 7);
  EXPECT_EQ(base::json::serialize(seen.body.at("stop")), R"(["END"])");
  EXPECT_EQ(base::json::serialize(seen.body.at("stream_options")), R"({"include_usage":true})");
}

TEST_F(RemoteChat, StreamOptionsAreLeftOutOnceTheyWereRefused) {
  const FakeEndpoint endpoint([](int, const SeenRequest& request) {
    if (!request.body.contains("stream_options")) return kHello;
    return json_answer(R"({"error":{"message":"Unrecognized request argument supplied"}})", 400);
  });
  const auto remote = model(endpoint.options());
  const ChatAnswer answer = remote->chat(question()).value();
  EXPECT_EQ(answer.text, "Hello");
  EXPECT_EQ(answer.usage, (Usage{4, 0, 2, true}));
  EXPECT_EQ(said(*remote), "Hello");
  EXPECT_EQ(endpoint.requests(), 3);
}

TEST_F(RemoteChat, ARefusalOfSomethingElseIsReportedAndForgotten) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    return number == 2 ? kHello : json_answer(R"({"error":{"message":"Unknown model 'test-model'"}})", 400);
  });
  const auto remote = model(endpoint.options());
  EXPECT_EQ(said(*remote),
            "INVALID_ARGUMENT " + url_of(endpoint) + "the endpoint answered 400: Unknown model 'test-model'");
  EXPECT_EQ(endpoint.requests(), 2);
  EXPECT_EQ(said(*remote), "Hello");
  EXPECT_TRUE(endpoint.request(2).body.contains("stream_options"));
}

TEST_F(RemoteChat, NewerEndpointsGetMaxCompletionTokens) {
  const FakeEndpoint endpoint([](int, const SeenRequest& request) {
    if (request.body.contains("max_completion_tokens")) return kHello;
    return json_answer(R"({"error":{"message":"Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'."}})",
                       400);
  });
  EXPECT_EQ(said(*model(endpoint.options())), "Hello");
  EXPECT_TRUE(endpoint.request(1).body.contains("stream_options"));
}

TEST_F(RemoteChat, AnEndpointThatDoesNotStreamIsReadAllTheSame) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) {
    return json_answer(R"({"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]})");
  });
  EXPECT_EQ(said(*model(endpoint.options())), "Hi");
}

TEST_F(RemoteChat, EachLieOfAnEndpointIsOneClearError) {
  struct Lie {
    std::string answer;
    std::string error;  // after the URL
  };
  const std::vector<Lie> lies = {
      {event_answer({chunk("Hi"), R"({"error":{"message":"GPU lost"}})"}),
       "UNAVAILABLE the endpoint reports a failure: GPU lost"},
      {event_answer({chunk("Hi")}), "UNAVAILABLE the answer ended without a finish_reason, after 2 bytes of text"},
      {event_answer({"{\"choices\""}), "UNAVAILABLE expected a chat.completion.chunk in JSON, found {\"choices\""},
      {json_answer("<html>"), "UNAVAILABLE expected an event stream or a chat.completion in JSON, found <html>"},
      {json_answer("{}"), "UNAVAILABLE the answer ended without a finish_reason, after 0 bytes of text"},
      {json_answer(R"({"error":{"message":"bad key sk-hunter2 given"}})", 401),
       "FAILED_PRECONDITION the endpoint answered 401: bad key [redacted] given"},
      {json_answer(R"({"message":"no such model"})", 404),
       "FAILED_PRECONDITION the endpoint answered 404: no such model"},
      {json_answer("", 503), "UNAVAILABLE the endpoint answered 503"},
      {json_answer(R"({"error":"slow down"})", 429, "Retry-After: 30\r\n"),
       "RESOURCE_EXHAUSTED the endpoint answered 429 (Retry-After: 30): slow down"},
      {json_answer("", 302, "Location: http://elsewhere/\r\n"), "UNAVAILABLE the endpoint answered 302"},
      {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\ndata: " + chunk("Hi") +
           "\n\n<cut>",
       "UNAVAILABLE the connection was closed in the middle of the body, after " +
           std::to_string(chunk("Hi").size() + 8) + " bytes"},
      {"garbage\r\n\r\n<cut>", "UNAVAILABLE expected an HTTP/1.1 answer, found: bad version"},
      {"<cut>", "UNAVAILABLE the connection was closed without an answer (End of file)"},
  };
  for (const Lie& lie : lies) {
    const FakeEndpoint endpoint([&](int, const SeenRequest&) { return lie.answer; });
    const auto failed = model(endpoint.options())->chat(question());
    ASSERT_FALSE(failed.ok()) << lie.error;
    const std::size_t space = lie.error.find(' ');
    EXPECT_EQ(shown(failed.error()), lie.error.substr(0, space + 1) + url_of(endpoint) + lie.error.substr(space + 1));
    EXPECT_EQ(failed.error().public_message, "The configured model endpoint failed; the log says how.");
  }
}

TEST_F(RemoteChat, AnEndpointThatHangsIsLeft) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return std::string(); });
  RemoteOptions options = endpoint.options();
  options.deadlines.first_byte = milliseconds(60);
  EXPECT_EQ(said(*model(options)), "DEADLINE_EXCEEDED " + url_of(endpoint) + "no answer within 60 ms");
}

TEST_F(RemoteChat, DoneEndsTheAnswerThoughTheEndpointNeverEndsIt) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return kHello.substr(0, kHello.size() - 5); });
  EXPECT_EQ(said(*model(endpoint.options())), "Hello");
}

TEST_F(RemoteChat, TheCallersDeadlineKeepsWhatHasCome) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) {
    const std::string whole = event_answer({chunk("Hel")});
    return whole.substr(0, whole.size() - 5);  // without the last chunk
  });
  const auto remote = model(endpoint.options());
  ChatRequest request = question();
  request.deadline = steady_clock::now() + milliseconds(150);
  const ChatAnswer answer = remote->chat(request).value();
  EXPECT_EQ(answer.text, "Hel");
  EXPECT_EQ(answer.finish, FinishReason::kDeadline);
}

TEST_F(RemoteChat, ADeadlineBeforeAnyTextIsAnError) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return std::string(); });
  ChatRequest request = question();
  request.deadline = steady_clock::now() + milliseconds(60);
  EXPECT_EQ(model(endpoint.options())->chat(request).error().code, Code::kDeadlineExceeded);
  request.deadline = steady_clock::now() - milliseconds(60);
  EXPECT_EQ(model(endpoint.options())->chat(request).error().code, Code::kDeadlineExceeded);
}

TEST_F(RemoteChat, AConsumerThatHasEnoughCancels) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return event_answer({chunk("Hel"), chunk("lo")}); });
  const ChatAnswer answer = model(endpoint.options())->chat(question(), [](std::string_view) { return false; }).value();
  EXPECT_EQ(answer.text, "Hel");
  EXPECT_EQ(answer.finish, FinishReason::kCancelled);
}

TEST_F(RemoteChat, AStopTokenCancelsBeforeAnyText) {
  std::promise<void> asked;
  const FakeEndpoint endpoint([&](int, const SeenRequest&) {
    asked.set_value();
    return std::string();
  });
  std::stop_source source;
  ChatRequest request = question();
  request.cancel = source.get_token();
  std::thread stopper([&] {
    asked.get_future().wait();
    source.request_stop();
  });
  EXPECT_EQ(said(*model(endpoint.options()), request), "CANCELLED " + url_of(endpoint) + "cancelled");
  stopper.join();
}

TEST_F(RemoteChat, MomentaryRefusalsAreTriedAgainAndNoMoreThanAllowed) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    if (number == 0) return json_answer("", 503);
    if (number == 1) return std::string("<cut>");
    return number == 2 ? kHello : json_answer("", 500);
  });
  RemoteOptions options = endpoint.options();
  options.retry.max_retries = 2;
  const auto remote = model(options);
  EXPECT_EQ(said(*remote), "Hello");
  EXPECT_EQ(endpoint.requests(), 3);
  EXPECT_EQ(said(*remote), "UNAVAILABLE " + url_of(endpoint) + "the endpoint answered 500");
  EXPECT_EQ(endpoint.requests(), 6);
}

TEST_F(RemoteChat, NothingIsTriedAgainAfterTheFirstText) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return event_answer({chunk("Hi")}) + "<cut>"; });
  RemoteOptions options = endpoint.options();
  options.retry.max_retries = 2;
  said(*model(options));
  EXPECT_EQ(endpoint.requests(), 1);
}

TEST_F(RemoteChat, AWaitThatIsTooLongIsNotBegun) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return json_answer("", 429, "Retry-After: 3600\r\n"); });
  RemoteOptions options = endpoint.options();
  options.retry.max_retries = 2;
  EXPECT_EQ(said(*model(options)),
            "RESOURCE_EXHAUSTED " + url_of(endpoint) + "the endpoint answered 429 (Retry-After: 3600)");
  EXPECT_EQ(endpoint.requests(), 1);
}

TEST_F(RemoteChat, RetryAfterIsKeptTo) {
  const FakeEndpoint endpoint(
      [](int number, const SeenRequest&) { return number == 0 ? json_answer("", 429, "Retry-After: 1\r\n") : kHello; });
  RemoteOptions options = endpoint.options();
  options.retry.max_retries = 1;
  const auto started = steady_clock::now();
  EXPECT_EQ(said(*model(options)), "Hello");
  EXPECT_GE(steady_clock::now() - started, milliseconds(1000));
}

TEST_F(RemoteChat, TheKeyIsNeitherInErrorsNorInLogs) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    if (number % 2 == 0) return json_answer(R"({"error":{"message":"unknown stream_options for sk-hunter2"}})", 400);
    return json_answer(std::string(795, 'x') + "sk-hunter2", 503);
  });
  RemoteOptions options = endpoint.options();
  options.retry.max_retries = 3;
  const std::string error = said(*model(options));
  EXPECT_NE(logged_.find("model_feature_refused"), std::string::npos) << logged_;
  EXPECT_NE(logged_.find("model_retry"), std::string::npos) << logged_;
  EXPECT_EQ((logged_ + error).find("sk-hu"), std::string::npos) << logged_ << error;
}

TEST_F(RemoteChat, AnAnswerUnderASchemaIsCheckedAndComesWhole) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    if (number == 0) return event_answer({chunk("{\"n\":"), chunk(" \"one\"}", "stop"), "[DONE]"});
    if (number == 1) return event_answer({chunk("Sure: 1", "stop"), "[DONE]"});
    return event_answer({chunk("{\"n\":"), chunk(" 1}", "stop"), "[DONE]"});
  });
  const auto remote = model(endpoint.options());
  std::vector<std::string> deltas;
  const ChatAnswer answer = remote
                                ->chat(question_with_schema(),
                                       [&](std::string_view delta) {
                                         deltas.emplace_back(delta);
                                         return true;
                                       })
                                .value();
  EXPECT_EQ(answer.text, "{\"n\": 1}");
  EXPECT_EQ(deltas, std::vector<std::string>{"{\"n\": 1}"});
  EXPECT_EQ(endpoint.requests(), 3);
  EXPECT_GT(answer.usage.prompt_tokens, 12);  // of all three
  EXPECT_EQ(endpoint.request(0).body.at("response_format").at("json_schema").at("schema"),
            *question_with_schema().schema);
  const std::string told = base::json::serialize(endpoint.request(1).body.at("messages"));
  EXPECT_NE(told.find("/n: "), std::string::npos) << told;
}

TEST_F(RemoteChat, AnAnswerThatNeverBecomesValidIsAnError) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return event_answer({chunk("{}", "stop"), "[DONE]"}); });
  const std::string text = said(*model(endpoint.options()), question_with_schema());
  EXPECT_EQ(text.rfind(
                "UNAVAILABLE " + url_of(endpoint) + "no valid JSON in 3 answers; the last one's fault: the whole: ", 0),
            0u)
      << text;
  EXPECT_EQ(endpoint.requests(), 3);
}

TEST_F(RemoteChat, AnAnswerCutByMaxTokensIsNotAskedForAgain) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) {
    return event_answer({chunk("{\"n\":", "length"), "[DONE]"});
  });
  EXPECT_EQ(said(*model(endpoint.options()), question_with_schema()),
            "RESOURCE_EXHAUSTED the answer was cut at max_tokens = 512 before its JSON was whole");
  EXPECT_EQ(endpoint.requests(), 1);
}

TEST_F(RemoteChat, TheRepairIsTriedBeforeAskingAgainAndItsResultIsChecked) {
  const FakeEndpoint endpoint([](int number, const SeenRequest&) {
    return event_answer({chunk(number == 0 ? "```{\"n\":2}```" : "```{}```", "stop"), "[DONE]"});
  });
  RemoteChatOptions options;
  options.endpoint = endpoint.options();
  options.max_schema_attempts = 1;
  options.repair = [](std::string_view text) { return base::parse_json(text.substr(3, text.size() - 6)); };
  const auto remote = RemoteChatModel::open(*client_, options).value();
  EXPECT_EQ(said(*remote, question_with_schema()), "{\"n\":2}");
  EXPECT_EQ(remote->chat(question_with_schema()).error().code, Code::kUnavailable);
}

TEST_F(RemoteChat, WithoutResponseFormatTheSchemaStandsInThePrompt) {
  const FakeEndpoint endpoint([](int, const SeenRequest& request) {
    if (request.body.contains("response_format"))
      return json_answer(R"({"error":{"message":"response_format is not supported"}})", 400);
    return event_answer({chunk("{\"n\":2}", "stop"), "[DONE]"});
  });
  EXPECT_EQ(said(*model(endpoint.options()), question_with_schema()), "{\"n\":2}");
  const std::string first = base::json::serialize(endpoint.request(1).body.at("messages").at(0));
  EXPECT_NE(first.find("JSON Schema"), std::string::npos);
  EXPECT_NE(logged_.find("response_format"), std::string::npos);
}

TEST_F(RemoteChat, WhatCannotBeAskedIsRefusedBeforeItIs) {
  const FakeEndpoint endpoint([](int, const SeenRequest&) { return kHello; });
  const auto remote = model(endpoint.options());
  ChatRequest request = question();
  request.messages.clear();
  EXPECT_EQ(remote->chat(request).error().code, Code::kInvalidArgument);
  request = question();
  request.messages[0].content = "\xff";
  EXPECT_EQ(remote->chat(request).error().code, Code::kInvalidArgument);
  request = question();
  request.max_tokens = 0;
  EXPECT_EQ(remote->chat(request).error().code, Code::kInvalidArgument);
  request = question();
  request.grammar = "root ::= \"x\"";
  EXPECT_EQ(remote->chat(request).error().code, Code::kUnimplemented);
  request = question();
  request.schema = base::parse_json(R"({"pattern":"("})").value();
  EXPECT_FALSE(remote->chat(request).ok());
  EXPECT_EQ(endpoint.requests(), 0);
}

TEST_F(RemoteChat, ABadSettingIsNamedWithoutTheKey) {
  RemoteChatOptions options;
  options.endpoint.base_url = "http://127.0.0.1/v1";
  options.endpoint.model = "m";
  options.endpoint.api_key = "sk-hunter2\n";
  const auto opened = RemoteChatModel::open(*client_, options);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().chain().find("hunter2"), std::string::npos);
  options.endpoint.api_key = "";
  options.endpoint.base_url = "127.0.0.1/v1";
  EXPECT_EQ(RemoteChatModel::open(*client_, options).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace groundwork::model
