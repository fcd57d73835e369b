#include "measure/hidden.h"

#include <gtest/gtest.h>

#include "measure/case_source.h"
#include "measure/metadata.h"

namespace groundwork::measure {
namespace {

namespace json = base::json;

constexpr char kTemplate[] = R"(
id: "doc-{n}"
slots:
  what: [{say: a pump, ask: something that pumps}, {say: a lamp, ask: something that shines}, heater]
  where: [north, south, east, west]
  year: [2001, 2002, 2003]
document: {title: "{what}", text: "There is {what} in the {where}.", metadata: {year: "{year}", where: "{where}"}}
queries:
  - {query: "{what.ask} in the {where}"}
  - {query: "{what}", filters: {year: {"$gte": "{year}"}}}
)";

schema::Document document(const std::string& text) { return schema::parse_yaml(text, "hidden.yaml").value(); }

TEST(Hidden, TheSameSeedDrawsTheSameAndAnotherDoesNot) {
  const auto a = draw_hidden(document(kTemplate), 12, 10, 5);
  const auto b = draw_hidden(document(kTemplate), 12, 10, 5);
  const auto c = draw_hidden(document(kTemplate), 12, 10, 6);
  ASSERT_TRUE(a.ok() && b.ok() && c.ok());
  EXPECT_EQ(a->documents, b->documents);
  EXPECT_NE(a->documents, c->documents);
  EXPECT_EQ(a->documents[3].at("id"), c->documents[3].at("id"));
}

TEST(Hidden, RelevantIsEveryDocumentThatTheQueryFitsAndItsFilterKeeps) {
  const auto set = draw_hidden(document(kTemplate), 12, 10, 5);
  ASSERT_TRUE(set.ok()) << set.error().text();
  for (const Case& one : set->cases) {
    const std::string query(one.data.at("query").as_string());
    const auto filter =
        one.data.contains("filters") ? search::filter_from_json(one.data.at("filters")).value() : search::Filter{};
    for (const json::object& doc : set->documents) {
      const std::string text(doc.at("text").as_string());
      const std::string where(doc.at("metadata").at("where").as_string());
      const bool pump = text.find("pump") != std::string::npos && query.find("pump") != std::string::npos;
      const bool lamp = text.find("lamp") != std::string::npos &&
                        (query.find("lamp") != std::string::npos || query.find("shines") != std::string::npos);
      const bool heater = text.find("heater") != std::string::npos && query.find("heater") != std::string::npos;
      const bool here = query.find(" in the ") == std::string::npos || query.ends_with(where);
      const bool fits = (pump || lamp || heater) && here && meets(doc.at("metadata").as_object(), filter);
      EXPECT_EQ(one.data.at("relevant").as_object().contains(doc.at("id").as_string()), fits) << query << ": " << text;
    }
  }
}

TEST(Hidden, ANumberStaysANumber) {
  const auto set = draw_hidden(document(kTemplate), 4, 0, 1);
  ASSERT_TRUE(set.ok());
  EXPECT_TRUE(set->documents[0].at("metadata").at("year").is_number());
}

TEST(Hidden, AnUnknownSlotIsNamedWithItsPlace) {
  std::string text = kTemplate;
  text.replace(text.find("{what.ask}"), 10, "{wat.ask}");
  const auto set = draw_hidden(document(text), 4, 2, 1);
  ASSERT_FALSE(set.ok());
  EXPECT_NE(set.error().text().find("did you mean 'what'"), std::string::npos) << set.error().text();
  EXPECT_TRUE(set.error().where.starts_with("hidden.yaml:9:")) << set.error().where;
}

TEST(Metadata, ADocumentWithoutTheKeyMeetsNothingButNot) {
  const auto met = [](const char* metadata, const char* filter) {
    return meets(base::parse_json(metadata).value().as_object(),
                 search::filter_from_json(base::parse_json(filter).value()).value());
  };
  EXPECT_FALSE(met("{}", R"({"a": 1})"));
  EXPECT_TRUE(met("{}", R"({"a": {"$ne": 1}})"));
  EXPECT_TRUE(met("{}", R"({"a": {"$nin": [1, 2]}})"));
  EXPECT_FALSE(met("{}", R"({"a": {"$lt": 9}})"));
  EXPECT_TRUE(met(R"({"a": [1, 5]})", R"({"a": {"$gt": 4}})"));
  EXPECT_FALSE(met(R"({"a": 4})", R"({"a": {"$gt": 4}})"));
  EXPECT_TRUE(met(R"({"a": "x", "b": true})", R"({"a": ["x", "y"], "b": true})"));
}

TEST(Selection, DatasetAndHiddenCasesKeepTheirShares) {
  const Selection selection = select(150, 50, 20, 1, 2);
  EXPECT_EQ(selection.from_file, 15U);
  EXPECT_EQ(selection.hidden, 5U);
  EXPECT_EQ(selection.calls(), 40U);
  EXPECT_EQ(select(150, 50, std::nullopt, 1, 1).calls(), 200U);
  EXPECT_EQ(select(150, 50, 1000, 1, 1).calls(), 200U);
}

}  // namespace
}  // namespace groundwork::measure
