#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>

#include "base/file.h"
#include "http/client.h"
#include "http/raw_server.h"

namespace groundwork::http {
namespace {

using std::chrono::milliseconds;

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* what) const {
    Free(what);
  }
};
using Key = std::unique_ptr<EVP_PKEY, FreeWith<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, FreeWith<X509_free>>;
using Context = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, FreeWith<SSL_free>>;

/// A certificate that signs itself, for the names "DNS:localhost,IP:127.0.0.1" and so on, valid from `from` to `to`
/// seconds from now.
Certificate certificate(EVP_PKEY* key, const std::string& names, long from = -60, long to = 3600) {
  Certificate made(X509_new());
  X509_set_version(made.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), from);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), to);
  X509_set_pubkey(made.get(), key);
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names.c_str());
  X509_add_ext(made.get(), extension, -1);
  X509_EXTENSION_free(extension);
  X509_sign(made.get(), key, EVP_sha256());
  return made;
}

/// Greets each connection by TLS and gives it to `serve`.
class TlsServer {
 public:
  explicit TlsServer(const std::string& names, std::function<void(SSL*)> serve, long from = -60, long to = 3600)
      : key_(EVP_EC_gen("P-256")),
        certificate_(certificate(key_.get(), names, from, to)),
        context_(SSL_CTX_new(TLS_server_method())),
        folder_(base::TemporaryFolder::create("tls").value()),
        server_([this, serve = std::move(serve)](RawConnection& connection) {
          const Session session(SSL_new(context_.get()));
          SSL_set_fd(session.get(), connection.fd());
          if (SSL_accept(session.get()) == 1) serve(session.get());
        }) {
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    std::unique_ptr<BIO, FreeWith<BIO_free_all>> pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(pem.get(), certificate_.get());
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(pem.get(), &bytes);
    EXPECT_TRUE(base::write_file_atomically(ca_file(), std::string_view(bytes, static_cast<std::size_t>(size))).ok());
  }
  std::string ca_file() const { return folder_.path() / "ca.pem"; }
  std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(server_.port()) + "/";
  }

 private:
  Key key_;
  Certificate certificate_;
  Context context_;
  base::TemporaryFolder folder_;
  RawServer server_;  // last: its threads use what stands above
};

/// Reads one request and answers `bytes`; with `orderly`, says at the end that it ends.
std::function<void(SSL*)> answering(std::string bytes, bool orderly) {
  return [bytes = std::move(bytes), orderly](SSL* session) {
    char request[4096];
    if (SSL_read(session, request, sizeof request) <= 0) return;
    SSL_write(session, bytes.data(), static_cast<int>(bytes.size()));
    if (orderly) SSL_shutdown(session);
  };
}

std::string fetched(const std::string& url, const std::string& ca_file) {
  ClientOptions options;
  options.ca_file = ca_file;
  const auto client = Client::create(options).value();
  ClientRequest request;
  request.url = url;
  request.deadlines = {milliseconds(5000), milliseconds(5000), milliseconds(5000), milliseconds(10000)};
  const auto result = client->fetch_blocking(request);
  return result.ok() ? result->body : std::string(to_string(result.error().code)) + " " + result.error().chain();
}

TEST(HttpClientTls, TrustsTheGivenCertificateByNameAndByAddress) {
  const TlsServer server("DNS:localhost,IP:127.0.0.1", answering(raw_answer(200, "secret"), true));
  EXPECT_EQ(fetched(server.url("127.0.0.1"), server.ca_file()), "secret");
  EXPECT_EQ(fetched(server.url("localhost"), server.ca_file()), "secret");
}

TEST(HttpClientTls, SendsTheNameOfTheHost) {
  const TlsServer server("DNS:localhost", [](SSL* session) {
    const char* name = SSL_get_servername(session, TLSEXT_NAMETYPE_host_name);
    answering(raw_answer(200, name == nullptr ? "none" : name), true)(session);
  });
  EXPECT_EQ(fetched(server.url("localhost"), server.ca_file()), "localhost");
}

TEST(HttpClientTls, ACertificateThatNobodyVouchesForIsRefused) {
  const TlsServer server("DNS:localhost,IP:127.0.0.1", answering(raw_answer(200, "secret"), true));
  const TlsServer other("DNS:localhost,IP:127.0.0.1", answering(raw_answer(200, "secret"), true));
  for (const std::string& ca_file : {std::string(), other.ca_file()}) {
    const std::string text = fetched(server.url("127.0.0.1"), ca_file);
    EXPECT_EQ(text.rfind("FAILED_PRECONDITION GET " + server.url("127.0.0.1") +
                             ": TLS failure: the certificate is not trusted: ",
                         0),
              0u)
        << text;
  }
}

TEST(HttpClientTls, ACertificateOfAnotherHostIsRefused) {
  const TlsServer server("DNS:example.com", answering(raw_answer(200, "secret"), true));
  EXPECT_EQ(fetched(server.url("localhost"), server.ca_file()),
            "FAILED_PRECONDITION GET " + server.url("localhost") +
                ": TLS failure: the certificate is not for host 'localhost'");
  const TlsServer no_address("DNS:localhost", answering(raw_answer(200, "secret"), true));
  EXPECT_EQ(fetched(no_address.url("127.0.0.1"), no_address.ca_file()).rfind("FAILED_PRECONDITION", 0), 0u);
}

TEST(HttpClientTls, AnExpiredCertificateIsRefused) {
  const TlsServer server("DNS:localhost", answering(raw_answer(200, "secret"), true), -7200, -3600);
  EXPECT_EQ(fetched(server.url("localhost"), server.ca_file()),
            "FAILED_PRECONDITION GET " + server.url("localhost") +
                ": TLS failure: the certificate is not trusted: certificate has expired");
}

TEST(HttpClientTls, APlainServerIsATlsFailure) {
  RawServer server([](RawConnection& connection) {
    connection.send(raw_answer(200, "plain"));
    connection.read_request();
  });
  const std::string url = server.url("/", "https");
  const std::string text = fetched(url, {});
  EXPECT_EQ(text.rfind("UNAVAILABLE GET " + url + ": TLS failure: ", 0), 0u) << text;
}

TEST(HttpClientTls, ABodyUntilTheEndMustEndInOrder) {
  const std::string bytes = "HTTP/1.1 200 OK\r\n\r\nall of it";
  const TlsServer orderly("DNS:localhost", answering(bytes, true));
  EXPECT_EQ(fetched(orderly.url("localhost"), orderly.ca_file()), "all of it");
  const TlsServer cut("DNS:localhost", answering(bytes, false));
  const std::string text = fetched(cut.url("localhost"), cut.ca_file());
  EXPECT_EQ(text.rfind("UNAVAILABLE GET " + cut.url("localhost") + ": the connection broke after 9 bytes", 0), 0u)
      << text;
}

TEST(HttpClientTls, AGreetingThatHangsEndsAtTheDeadline) {
  RawServer server([](RawConnection& connection) {
    while (connection.read_request()) {
    }
  });
  const auto client = Client::create().value();
  ClientRequest request;
  request.url = server.url("/", "https");
  request.deadlines.connect = milliseconds(200);
  EXPECT_EQ(client->fetch_blocking(request).error().chain(),
            "GET " + request.url + ": no connection within 200 ms (timeout while greeting by TLS)");
}

TEST(HttpClientTls, AFileWithoutCertificatesIsNamed) {
  ClientOptions options;
  options.ca_file = "/nonexistent/ca.pem";
  const auto created = Client::create(options);
  ASSERT_FALSE(created.ok());
  EXPECT_EQ(created.error().code, base::Code::kFailedPrecondition);
  EXPECT_EQ(created.error().where, "/nonexistent/ca.pem");
}

}  // namespace
}  // namespace groundwork::http
