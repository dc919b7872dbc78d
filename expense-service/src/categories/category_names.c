#include "categories/category_names.h"

#include <string.h>
#include <strings.h>

#include "base/mem.h"

/* The names of the default set, in the order of category_defaults. */
// clang-format off
static const struct {
    const char *language, *names[20];
} table[] = {
    {"ar", {"بقالة", "مطاعم", "مواصلات", "وقود", "تسوق", "فواتير وخدمات", "إيجار وسكن", "صحة",
            "ترفيه", "تعليم", "سفر", "تأمين", "استثمارات", "هدايا وتبرعات", "نقد", "رسوم وفوائد",
            "راتب", "دخل آخر", "تحويلات", "أخرى"}},
    {"de", {"Lebensmittel", "Essen gehen", "Verkehr", "Tanken", "Einkäufe",
            "Rechnungen und Nebenkosten", "Miete und Wohnen", "Gesundheit", "Freizeit", "Bildung",
            "Reisen", "Versicherungen", "Geldanlagen", "Geschenke und Spenden", "Bargeld",
            "Gebühren und Zinsen", "Gehalt", "Andere Einnahmen", "Umbuchungen", "Sonstiges"}},
    {"es", {"Supermercado", "Restaurantes", "Transporte", "Combustible", "Compras",
            "Facturas y suministros", "Alquiler y vivienda", "Salud", "Ocio", "Educación",
            "Viajes", "Seguros", "Inversiones", "Regalos y donaciones", "Efectivo",
            "Comisiones e intereses", "Nómina", "Otros ingresos", "Transferencias", "Otros"}},
    {"fr", {"Courses", "Restaurants", "Transports", "Carburant", "Achats", "Factures et charges",
            "Loyer et logement", "Santé", "Loisirs", "Éducation", "Voyages", "Assurances",
            "Placements", "Cadeaux et dons", "Espèces", "Frais et intérêts", "Salaire",
            "Autres revenus", "Virements internes", "Autres"}},
    {"hi", {"किराना", "बाहर खाना", "आना-जाना", "ईंधन", "ख़रीदारी", "बिल और सेवाएँ", "किराया और घर",
            "सेहत", "मनोरंजन", "शिक्षा", "यात्रा", "बीमा", "निवेश", "उपहार और दान", "नकद",
            "शुल्क और ब्याज", "वेतन", "अन्य आय", "अंतरण", "अन्य"}},
    {"id", {"Belanja dapur", "Makan di luar", "Transportasi", "Bahan bakar", "Belanja", "Tagihan",
            "Sewa dan rumah", "Kesehatan", "Hiburan", "Pendidikan", "Perjalanan", "Asuransi",
            "Investasi", "Hadiah dan donasi", "Tunai", "Biaya dan bunga", "Gaji",
            "Pendapatan lain", "Transfer", "Lainnya"}},
    {"it", {"Spesa", "Ristoranti", "Trasporti", "Carburante", "Acquisti", "Bollette e utenze",
            "Affitto e casa", "Salute", "Svago", "Istruzione", "Viaggi", "Assicurazioni",
            "Investimenti", "Regali e donazioni", "Contanti", "Commissioni e interessi",
            "Stipendio", "Altre entrate", "Giroconti", "Altro"}},
    {"nl", {"Boodschappen", "Uit eten", "Vervoer", "Brandstof", "Winkelen",
            "Rekeningen en energie", "Huur en wonen", "Gezondheid", "Ontspanning", "Onderwijs",
            "Reizen", "Verzekeringen", "Beleggingen", "Cadeaus en giften", "Contant",
            "Kosten en rente", "Salaris", "Andere inkomsten", "Overboekingen", "Overig"}},
    {"pl", {"Zakupy spożywcze", "Jedzenie na mieście", "Transport", "Paliwo", "Zakupy",
            "Rachunki i media", "Czynsz i mieszkanie", "Zdrowie", "Rozrywka", "Edukacja",
            "Podróże", "Ubezpieczenia", "Inwestycje", "Prezenty i darowizny", "Gotówka",
            "Opłaty i odsetki", "Wynagrodzenie", "Inne przychody", "Przelewy własne", "Inne"}},
    {"pt", {"Supermercado", "Restaurantes", "Transporte", "Combustível", "Compras",
            "Contas e serviços", "Aluguel e moradia", "Saúde", "Lazer", "Educação", "Viagens",
            "Seguros", "Investimentos", "Presentes e doações", "Dinheiro", "Tarifas e juros",
            "Salário", "Outras receitas", "Transferências", "Outros"}},
    {"ru", {"Продукты", "Кафе и рестораны", "Транспорт", "Топливо", "Покупки", "Счета и услуги",
            "Аренда и жильё", "Здоровье", "Развлечения", "Образование", "Путешествия",
            "Страхование", "Инвестиции", "Подарки и пожертвования", "Наличные",
            "Комиссии и проценты", "Зарплата", "Другие доходы", "Переводы", "Другое"}},
    {"sw", {"Vyakula", "Kula nje", "Usafiri", "Mafuta", "Ununuzi", "Bili na huduma",
            "Kodi na nyumba", "Afya", "Burudani", "Elimu", "Safari", "Bima", "Uwekezaji",
            "Zawadi na michango", "Pesa taslimu", "Ada na riba", "Mshahara", "Mapato mengine",
            "Uhamisho", "Mengineyo"}},
    {"tr", {"Market", "Dışarıda yemek", "Ulaşım", "Akaryakıt", "Alışveriş", "Faturalar",
            "Kira ve konut", "Sağlık", "Eğlence", "Eğitim", "Seyahat", "Sigorta", "Yatırımlar",
            "Hediye ve bağış", "Nakit", "Ücret ve faiz", "Maaş", "Diğer gelirler", "Transferler",
            "Diğer"}},
    {"uk", {"Продукти", "Кафе та ресторани", "Транспорт", "Пальне", "Покупки",
            "Рахунки та послуги", "Оренда та житло", "Здоров’я", "Розваги", "Освіта", "Подорожі",
            "Страхування", "Інвестиції", "Подарунки та пожертви", "Готівка", "Комісії та відсотки",
            "Зарплата", "Інші доходи", "Перекази", "Інше"}},
};
// clang-format on

/* "pt-BR" is of pt. */
static bool is_of(const char *locale, const char *language)
{
    size_t len = strlen(language);
    return strncasecmp(locale, language, len) == 0 && (locale[len] == '\0' || locale[len] == '-');
}

const char *category_name_in(const char *locale, size_t n)
{
    for (size_t i = 0; i < LENGTH(table); i++)
        if (is_of(locale, table[i].language))
            return table[i].names[n];
    return category_defaults[n].name;
}

const char *category_name_nth(size_t language, size_t n)
{
    if (language == 0)
        return category_defaults[n].name;
    return language <= LENGTH(table) ? table[language - 1].names[n] : NULL;
}
