// docs/fields.md and docs/events.md are what the tables say. UPDATE_GOLDEN=1 rewrites them.
#include "core/field_docs.h"

#include "core/event_type.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

namespace sequitur {
namespace {

void expect_page(const std::string& page, const std::string& text) {
    const std::string path = std::string(SEQUITUR_SOURCE_DIR "/docs/") + page;
    if (std::getenv("UPDATE_GOLDEN") != nullptr) {
        std::ofstream(path) << text;
        return;
    }
    std::ifstream file(path);
    std::stringstream written;
    written << file.rdbuf();
    EXPECT_TRUE(written.str() == text)
        << path << " is not what the tables say; UPDATE_GOLDEN=1 rewrites it";
}

TEST(FieldDocs, ThePageOfFieldsIsUpToDate) { expect_page("fields.md", fields_markdown()); }

TEST(FieldDocs, ThePageOfEventsIsUpToDate) { expect_page("events.md", events_markdown()); }

TEST(FieldDocs, EveryFieldStandsOnThePageOnce) {
    const std::string page = fields_markdown();
    for (const FieldInfo& field : field_table()) {
        const std::string cell = "| `" + written_form(field) + "` |";
        const std::size_t at = page.find(cell);
        EXPECT_NE(at, std::string::npos) << field.name;
        EXPECT_EQ(page.find(cell, at + 1), std::string::npos) << field.name;
    }
}

TEST(FieldDocs, EveryEventStandsOnThePage) {
    const std::string page = events_markdown();
    for (const EventTypeInfo& type : event_types()) {
        if (!type.is_current) continue;
        EXPECT_NE(page.find("| `" + std::string(type.name) + "` |"), std::string::npos);
    }
}

}  // namespace
}  // namespace sequitur
