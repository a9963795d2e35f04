"""The archives, staff and records of the small federation of `node_world`, as data."""

MARRIAGE = "marriage_registration"
PASSWORD = "a long password of "
NODES = {
    "jiaxing": {"330400": "嘉兴市档案馆", "330481": "海宁市档案馆"},
    "shangrao": {"361100": "上饶市档案馆"},
    "pudong": {"310115": "上海市浦东新区档案馆"},
}
CITIES = {"330400": "330400", "330481": "330400", "361100": "361100", "310115": "310100"}
AREAS = {"330400": "330400", "330481": "330481", "361100": "361100", "310115": "310115"}
STAFFED = ("330400", "361100")
"""Archives whose officers take part in cases."""
STAFF = {
    "clerk": ("window_clerk",),
    "reviewer": ("window_reviewer",),
    "dispatcher": ("release_dispatcher",),
    "sealer": ("seal_keeper",),
    "leader": ("leader",),
}
COLUMNS = (
    "reference_code,fonds_no,catalog_no,file_no,item_no,page_from,page_to,year,title,images,"
    "event_type,event_date,registration_office,certificate_no,"
    "a_name,a_sex,a_birth,a_id_no,b_name,b_sex,b_birth,b_id_no"
)
YOUTH = "educated_youth"
YOUTH_ROWS = (
    "reference_code,year,title,name,sex,birth,origin_place,departure_date,destination_place\n"
    "J050-001-0001-001,1969,1969年知青名册,顾国平,男,1950-06-01,川沙县,1969-03-05,波阳县\n"
)
ROWS = {
    "361100": (
        "J012-003-0456-078,J012,003,0456,078,78,78,1985,上饶县1985年结婚登记,p078.png,marriage,"
        "1985-05-20,上饶县旭日镇人民政府,(85)旭镇结字第78号,"
        "周金水,男,1962-11-05,,吴桂兰,女,1964-02-09,361199196402090422",
        "J012-001-0031-012,J012,001,0031,012,12,12,1957,上饶縣1957年結婚登記,p012.png,marriage,"
        "1957-02-18,上饶县沙溪乡人民政府,(57)沙溪结字第12号,"
        "劉炳生,男,1933-03-01,,蕭鳳英,女,1937-04-12,",
        "J012-003-0456-090,J012,003,0456,090,90,90,1986,上饶县1986年结婚登记,,marriage,"
        "1986-03-02,上饶县旭日镇人民政府,(86)旭镇结字第9号,"
        "程国富,男,1960-01-05,,汪秀英,女,1961-08-19,",
    ),
    "330400": (
        "J001-001-0001-001,J001,001,0001,001,1,1,2012,南湖区2012年结婚登记,q001.png,marriage,"
        "2012-05-04,南湖区民政局婚姻登记处,J330402-2012-000123,"
        "钱强,男,1988-08-08,330499198808081197,沈丽华,女,1988-08-08,330499198808081189",
    ),
    "330481": (),
    "310115": (),
}
