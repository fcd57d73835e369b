#include "http/answer_reader.h"

#include <algorithm>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/parser.hpp>
#include <optional>
#include <utility>

namespace groundwork::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using base::Code;
using base::make_error;
using boost::system::error_code;

constexpr std::size_t kPiece = 64 * 1024;
constexpr int kMaxInformational = 8;

/// A body that is taken out while it comes. Beast's string_body reserves what Content-Length promises.
struct PieceBody {
  using value_type = std::string;
  class reader {
   public:
    template <bool IsRequest, typename Fields>
    reader(bhttp::header<IsRequest, Fields>&, value_type& body) : body_(body) {}
    void init(const boost::optional<std::uint64_t>&, error_code& failure) { failure = {}; }
    template <typename Buffers>
    std::size_t put(const Buffers& buffers, error_code& failure) {
      failure = {};
      std::size_t size = 0;
      for (const asio::const_buffer part : beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<const char*>(part.data()), part.size());
        size += part.size();
      }
      return size;
    }
    void finish(error_code& failure) { failure = {}; }

   private:
    value_type& body_;
  };
};

using Parser = bhttp::response_parser<PieceBody>;

}  // namespace

struct AnswerReader::Impl {
  explicit Impl(std::size_t max_buffer) : buffer(max_buffer) {}
  beast::flat_buffer buffer;
  std::optional<Parser> parser;
};

AnswerReader::AnswerReader(std::size_t header_limit, std::size_t body_limit, bool head_request)
    : impl_(std::make_unique<Impl>(header_limit + kPiece)),
      header_limit_(header_limit),
      body_limit_(body_limit),
      head_request_(head_request) {
  start();
}

AnswerReader::~AnswerReader() = default;

void AnswerReader::start() {
  head_ = {};
  impl_->parser.emplace();
  impl_->parser->header_limit(static_cast<std::uint32_t>(header_limit_));
  impl_->parser->body_limit(body_limit_);
  impl_->parser->eager(true);
  impl_->parser->skip(head_request_);
}

AnswerReader::Space AnswerReader::prepare() {
  beast::flat_buffer& buffer = impl_->buffer;
  // consume() leaves at least one byte free: it refuses what fills the buffer without being understood.
  const auto space = buffer.prepare(std::min(kPiece, buffer.max_size() - buffer.size()));
  return {static_cast<char*>(space.data()), space.size()};
}

base::Status AnswerReader::commit(std::size_t size) {
  impl_->buffer.commit(size);
  return consume();
}

base::Status AnswerReader::consume() {
  beast::flat_buffer& buffer = impl_->buffer;
  while (buffer.size() > 0 && !impl_->parser->is_done()) {
    error_code failure;
    const std::size_t used = impl_->parser->put(buffer.data(), failure);
    buffer.consume(used);
    if (failure == bhttp::error::header_limit) {
      return make_error(Code::kResourceExhausted,
                        "expected headers of at most " + std::to_string(header_limit_) + " bytes, found more");
    }
    if (failure == bhttp::error::body_limit) {
      return make_error(Code::kResourceExhausted,
                        "expected a body of at most " + std::to_string(body_limit_) + " bytes, found more");
    }
    if (failure && failure != bhttp::error::need_more) {
      return make_error(Code::kUnavailable, "expected an HTTP/1.1 answer, found: " + failure.message());
    }
    if (impl_->parser->is_header_done() && head_.status == 0) read_head();
    if (head_.status / 100 == 1) {
      GW_CHECK_OK(next_after_informational());
      continue;
    }
    if (failure || used == 0) break;
  }
  if (!done() && buffer.size() == buffer.max_size()) {
    return make_error(Code::kResourceExhausted, "expected the line before a chunk, found " +
                                                    std::to_string(buffer.size()) + " bytes without its end");
  }
  return {};
}

void AnswerReader::read_head() {
  const auto& message = impl_->parser->get();
  head_.status = static_cast<int>(message.result_int());
  for (const auto& field : message) head_.headers.add(std::string(field.name_string()), std::string(field.value()));
}

base::Status AnswerReader::next_after_informational() {
  if (head_.status == 101 || ++informational_ > kMaxInformational) {
    return make_error(Code::kUnavailable, "expected an answer, found status " + std::to_string(head_.status) +
                                              (head_.status == 101 ? " that nobody asked for" : " again and again"));
  }
  start();
  return {};
}

base::Status AnswerReader::end() {
  error_code failure;
  if (!impl_->parser->is_done()) impl_->parser->put_eof(failure);
  if (!failure && done()) return {};
  if (head_done()) {
    const std::uint64_t bytes = body_bytes_ + impl_->parser->get().body().size();
    return make_error(Code::kUnavailable,
                      "the connection was closed in the middle of the body, after " + std::to_string(bytes) + " bytes");
  }
  return make_error(Code::kUnavailable, "the connection was closed in the middle of the headers");
}

bool AnswerReader::head_done() const { return head_.status != 0; }
bool AnswerReader::done() const { return head_done() && impl_->parser->is_done(); }

std::string AnswerReader::take_body() {
  std::string out = std::move(impl_->parser->get().body());
  impl_->parser->get().body().clear();
  body_bytes_ += out.size();
  return out;
}

bool AnswerReader::keeps_connection() const {
  return done() && impl_->parser->keep_alive() && impl_->buffer.size() == 0;
}

}  // namespace groundwork::http
