#include "search/pg_connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <cerrno>

#include "base/error.h"

namespace groundwork::search {

using base::Code;
using base::Error;
using base::make_error;
using base::Result;
using base::Status;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

struct EndConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct EndResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
struct EndOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using ResultHandle = std::unique_ptr<PGresult, EndResult>;

/// What a class of SQLSTATE means to us. @source PostgreSQL manual, appendix A
Code code_of(std::string_view state) {
  if (state == "57014") return Code::kDeadlineExceeded;  // cancelled by statement_timeout
  if (state == "42501") return Code::kPermissionDenied;
  if (state == "42P01" || state == "3F000") return Code::kNotFound;
  if (state.starts_with("28")) return Code::kUnauthenticated;
  if (state.starts_with("53") || state.starts_with("54")) return Code::kResourceExhausted;
  if (state.starts_with("08") || state.starts_with("57") || state.starts_with("40")) return Code::kUnavailable;
  return Code::kInternal;
}

std::string first_line(std::string_view text) {
  while (text.starts_with('\n') || text.starts_with(' ')) text.remove_prefix(1);
  return std::string(text.substr(0, text.find('\n')));
}

std::string option_of(const PQconninfoOption* options, std::string_view keyword) {
  for (const PQconninfoOption* one = options; one->keyword != nullptr; ++one) {
    if (keyword == one->keyword) return one->val == nullptr ? "" : one->val;
  }
  return "";
}

}  // namespace

struct PgConnection::Impl {
  std::unique_ptr<PGconn, EndConnection> connection;
  std::string place;
  std::string password;  ///< cut out of whatever is said
  std::chrono::seconds statement{};
  bool usable = false;

  Error about(Code code, std::string_view message) const {
    std::string text = first_line(message);
    for (std::size_t at = text.find(password); !password.empty() && at != std::string::npos; at = text.find(password)) {
      text.replace(at, password.size(), "[redacted]");
      if (std::string_view("[redacted]").find(password) != std::string_view::npos) break;
    }
    return make_error(code, text, place);
  }

  /// Waits until the socket can be read, or written.
  Status wait(short what, steady_clock::time_point deadline) const {
    for (;;) {
      const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
      pollfd one{PQsocket(connection.get()), what, 0};
      const int ready = left.count() <= 0 ? 0 : ::poll(&one, 1, static_cast<int>(left.count()));
      if (ready > 0) return {};
      if (ready < 0 && errno == EINTR) continue;
      if (ready < 0) return base::errno_error(errno, "poll");
      return about(Code::kDeadlineExceeded, "no answer within " + std::to_string(statement.count()) + " s");
    }
  }

  Status send(steady_clock::time_point deadline) const {
    for (;;) {
      const int left = PQflush(connection.get());
      if (left == 0) return {};
      if (left < 0) return about(Code::kUnavailable, PQerrorMessage(connection.get()));
      GW_CHECK_OK(wait(POLLIN | POLLOUT, deadline));
      if (PQconsumeInput(connection.get()) == 0) return about(Code::kUnavailable, PQerrorMessage(connection.get()));
    }
  }

  /// The next result of the statement; null behind the last.
  Result<ResultHandle> next(steady_clock::time_point deadline) const {
    while (PQisBusy(connection.get()) != 0) {
      GW_CHECK_OK(wait(POLLIN, deadline));
      if (PQconsumeInput(connection.get()) == 0) return about(Code::kUnavailable, PQerrorMessage(connection.get()));
    }
    return ResultHandle(PQgetResult(connection.get()));
  }

  Error refusal(const PGresult* result) const {
    const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (state == nullptr || message == nullptr) return about(Code::kUnavailable, PQresultErrorMessage(result));
    return about(code_of(state), message);
  }
};

PgConnection::PgConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
PgConnection::~PgConnection() = default;
const std::string& PgConnection::place() const { return impl_->place; }
bool PgConnection::usable() const { return impl_->usable; }

Result<std::unique_ptr<PgConnection>> PgConnection::open(const PgOptions& options) {
  char* complaint = nullptr;
  const std::unique_ptr<PQconninfoOption, EndOptions> parsed(PQconninfoParse(options.url.c_str(), &complaint));
  PQfreemem(complaint);  // it may quote the password
  if (parsed == nullptr) {
    return make_error(Code::kInvalidArgument,
                      "expected postgresql://user@host:port/database?collection=name, found what libpq can't read");
  }
  auto impl = std::make_unique<Impl>();
  impl->password = option_of(parsed.get(), "password");
  impl->statement = options.statement;
  const std::string host = option_of(parsed.get(), "host");
  const std::string port = option_of(parsed.get(), "port");
  impl->place = "postgresql://" + host + (port.empty() ? "" : ":" + port) + "/" + option_of(parsed.get(), "dbname");
  const std::string connect = std::to_string(options.connect.count());
  const std::string timeout =
      option_of(parsed.get(), "options") + " -c statement_timeout=" + std::to_string(options.statement.count()) + "s";
  const char* const names[] = {"dbname", "connect_timeout", "options", "client_encoding", "application_name", nullptr};
  const char* const values[] = {options.url.c_str(), connect.c_str(), timeout.c_str(), "UTF8", "groundwork", nullptr};
  impl->connection.reset(PQconnectdbParams(names, values, 1));
  PGconn* connection = impl->connection.get();
  if (connection == nullptr) return make_error(Code::kResourceExhausted, "no memory for a connection");
  if (PQstatus(connection) != CONNECTION_OK) {
    const std::string_view message = PQerrorMessage(connection);
    const bool refused =
        PQconnectionNeedsPassword(connection) != 0 || message.find("authentication failed") != std::string_view::npos;
    const bool late = message.find("timeout expired") != std::string_view::npos;
    return impl->about(refused ? Code::kUnauthenticated : late ? Code::kDeadlineExceeded : Code::kUnavailable, message);
  }
  PQsetNoticeProcessor(
      connection, [](void*, const char*) {}, nullptr);
  if (PQsetnonblocking(connection, 1) != 0) return impl->about(Code::kInternal, PQerrorMessage(connection));
  impl->usable = true;
  return std::unique_ptr<PgConnection>(new PgConnection(std::move(impl)));
}

Result<PgRows> PgConnection::query(const std::string& sql, std::span<const std::string> parameters,
                                   std::size_t columns) {
  const auto deadline = steady_clock::now() + impl_->statement;
  std::vector<const char*> values;
  for (const std::string& one : parameters) values.push_back(one.c_str());
  PGconn* connection = impl_->connection.get();
  const auto useless = [&](Error error) {
    impl_->usable = false;
    return error;
  };
  if (PQsendQueryParams(connection, sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                        nullptr, 0) == 0) {
    return useless(impl_->about(Code::kUnavailable, PQerrorMessage(connection)));
  }
  if (Status sent = impl_->send(deadline); !sent.ok()) return useless(std::move(sent).error());
  PgRows rows;
  std::optional<Error> refused;
  for (;;) {
    auto result = impl_->next(deadline);
    if (!result.ok()) return useless(std::move(result).error());
    if (*result == nullptr) break;
    const auto status = PQresultStatus(result->get());
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) refused = impl_->refusal(result->get());
    if (PQntuples(result->get()) > 0 && PQnfields(result->get()) != static_cast<int>(columns)) {
      return useless(impl_->about(Code::kUnavailable, "expected " + std::to_string(columns) + " columns, found " +
                                                          std::to_string(PQnfields(result->get()))));
    }
    for (int row = 0; row < PQntuples(result->get()); ++row) {
      std::vector<std::string>& fields = rows.emplace_back();
      for (int column = 0; column < PQnfields(result->get()); ++column) {
        fields.emplace_back(PQgetvalue(result->get(), row, column),
                            static_cast<std::size_t>(PQgetlength(result->get(), row, column)));
      }
    }
  }
  if (!refused) return rows;
  if (refused->code == Code::kUnavailable && PQstatus(connection) != CONNECTION_OK) impl_->usable = false;
  return *std::move(refused);
}

Result<std::string> PgConnection::value(const std::string& sql, std::span<const std::string> parameters) {
  GW_TRY(PgRows rows, query(sql, parameters, 1));
  if (rows.size() == 1) return std::move(rows.front().front());
  return impl_->about(Code::kUnavailable, "expected one row, found " + std::to_string(rows.size()));
}

Status PgConnection::run(const std::string& sql, std::span<const std::string> parameters) {
  GW_TRY(PgRows rows, query(sql, parameters, 0));
  return {};
}

std::string pg_array(std::span<const std::string> values) {
  std::string out = "{";
  for (const std::string& value : values) {
    out += out.size() > 1 ? ",\"" : "\"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  return out + "}";
}

}  // namespace groundwork::search
